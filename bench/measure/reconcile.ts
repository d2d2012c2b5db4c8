import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { conversationSeed } from '../../local/elevenlabs/conversations';
import { preCallEvent } from './requests';
import { agentIds, invokeAll, type Rig } from './rig';
import { printTable } from './table';
import { wav } from './wav';

const hourS = 3600;

/**
 * Conversations that the ledger knows; the last run also looks for the records of a day's calls at 1,000,000 a month.
 */
const counts = [10, 1_000, 35_000];

/** What an account adds to each request, in milliseconds. */
const [dynamoDbMs, elevenLabsMs] = [5, 150];

const batchSize = 25;

/** What the ledger keeps of a call that ended hours ago: its record, its conversation and its deleted voice. */
const itemsOf = (id: string, nowS: number): readonly Record<string, unknown>[] => {
  const [agentId, voiceId, expires_at] = ['agent_bench_0001', `voice_${id}`, nowS + 24 * hourS];
  const samples = [`samples/${id}/0123456789abcdef0123456789abcdef/0.wav`];
  const times = { voice_expires_at: expires_at, valid_until: nowS };
  const work = { state: 'ready', attempt: id, samples, voice_id: voiceId, sample_digest: 'd'.repeat(64), ...times };
  const conversation = { conversation_id: id, agent_id: agentId, work, caller_hash: 'c'.repeat(64), signed_at: nowS };
  const voice = { voice_id: voiceId, state: 'deleted', users: {}, agents: { [agentId]: true }, signed_at: nowS };
  return [
    { pk: `RECORD#${id}`, kind: 'record', record_id: id, event_timestamp: nowS, expires_at },
    { pk: `CONVERSATION#${id}`, kind: 'conversation', ...conversation, ended_at: nowS * 1000, expires_at },
    { pk: `VOICE#${voiceId}`, kind: 'voice', ...voice, expires_at },
  ];
};

/** Adds conversations that ended hours ago to ElevenLabs, and what is kept of them to the ledger. */
const addConversations = async (rig: Rig, ledger: DynamoDBDocumentClient, count: number): Promise<void> => {
  const { conversations } = rig.simulator.state;
  const nowS = Math.floor(Date.now() / 1000);
  const added = Array.from({ length: count - conversations.length }, (_, index) => {
    const conversationId = `conv_known_${conversations.length + index}`;
    const startTimeUnixS = nowS - 24 * hourS + Math.floor((index * 21 * hourS) / count);
    const seed = { conversationId, agentId: agentIds[index % agentIds.length] ?? '', durationS: 60, startTimeUnixS };
    return { ...conversationSeed.parse({ ...seed, status: 'done' }), callSid: `CA${conversationId}` };
  });
  conversations.push(...added);
  const [table = ''] = Object.values(rig.deployed.tables).map(({ name }) => name);
  const items = added.flatMap(({ conversationId }) => itemsOf(conversationId, nowS));
  for (let from = 0; from < items.length; from += batchSize) {
    const puts = items.slice(from, from + batchSize).map((Item) => ({ PutRequest: { Item } }));
    await ledger.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
  // The search begins where the installation does.
  const made_at = (nowS - 25 * hourS) * 1000;
  const installation = { pk: 'INSTALLATION', kind: 'installation', installation_id: '0011223344556677', made_at };
  await ledger.send(new PutCommand({ TableName: table, Item: installation }));
  await ledger.send(new DeleteCommand({ TableName: table, Key: { pk: 'RECONCILE_CURSOR' } }));
};

/** Prints how long reconcile takes where the webhooks of many conversations have arrived, with an account's latency. */
export const measureReconcile = async ([rig]: readonly Rig[]): Promise<void> => {
  if (rig === undefined) return;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new DynamoDBClient({ region: 'eu-central-1', endpoint: rig.awsUrl, credentials });
  const ledger = DynamoDBDocumentClient.from(client);
  const rows: (string | number)[][] = [];
  // Reconcile searches the agents that the ledger knows.
  for (let call = 0; call < agentIds.length; call += 1)
    await invokeAll(rig.functions, 'PreCallFunction', [preCallEvent(wav(200_000), 'json')]);
  const before = rig.simulator.state.settings.latencyMs;
  for (const count of counts) {
    await addConversations(rig, ledger, count);
    rig.aws.delaysMs['dynamodb'] = dynamoDbMs;
    rig.simulator.changeSettings({ latencyMs: elevenLabsMs });
    rig.aws.take();
    rig.elevenLabs.take();
    const [cost] = await invokeAll(rig.functions, 'ReconcileFunction', [{}], () => true);
    const [aws, elevenLabs] = [rig.aws.take().length, rig.elevenLabs.take().length];
    rows.push([String(count), (cost?.wallMs ?? NaN) / 1000, cost?.cpuMs ?? NaN, String(aws), String(elevenLabs)]);
    rig.aws.delaysMs['dynamodb'] = 0;
    rig.simulator.changeSettings({ latencyMs: before });
  }
  client.destroy();
  const columns = ['conversations', 'seconds', 'CPU ms', 'AWS requests', 'ElevenLabs calls'];
  printTable(`Reconcile with ${dynamoDbMs} ms for DynamoDB and ${elevenLabsMs} ms for ElevenLabs`, columns, rows);
};
