import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Places } from '../contract';

/** The data that a call left in the stores, read independently of its response. */
export interface Evidence {
  readonly agentVoiceId: string | undefined;
  readonly agentFirstMessage: string | undefined;
  readonly samples: readonly { readonly key: string; readonly bytes: number }[];
  /** The ledger's items by key, with their states. */
  readonly ledger: readonly string[];
}

const agent = z.object({
  conversation_config: z.object({
    tts: z.object({ voice_id: z.string().nullish() }).nullish(),
    agent: z.object({ first_message: z.string().nullish() }).nullish(),
  }),
});

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Reads the agent, the bucket and the ledger after a call. Throws if one of them does not answer. */
export const gatherEvidence = async (
  places: Places,
  call: { readonly conversationId: string; readonly agentId: string; readonly voiceId: string },
): Promise<Evidence> => {
  const [now, samples, ledger] = await Promise.all([
    readAgent(places, call.agentId),
    listSamples(places, call.conversationId),
    readLedger(places, [`CONVERSATION#${call.conversationId}`, `VOICE#${call.voiceId}`, `AGENT#${call.agentId}`]),
  ]);
  const { tts, agent: texts } = now.conversation_config;
  return {
    agentVoiceId: tts?.voice_id ?? undefined,
    agentFirstMessage: texts?.first_message ?? undefined,
    samples,
    ledger,
  };
};

const readAgent = async (places: Places, agentId: string): Promise<z.infer<typeof agent>> => {
  const url = new URL(`/v1/convai/agents/${agentId}`, places.elevenLabsUrl);
  const response = await fetch(url, { headers: { 'xi-api-key': places.elevenLabsKey } });
  if (!response.ok) throw new Error(`ElevenLabs answered ${response.status} when asked for the agent ${agentId}.`);
  return agent.parse(await response.json());
};

const listSamples = (places: Places, conversationId: string): Promise<{ key: string; bytes: number }[]> =>
  listObjects(places, `samples/${conversationId}/`);

/** Lists the keys of a conversation's transcripts. */
export const listTranscripts = async (places: Places, conversationId: string): Promise<string[]> =>
  (await listObjects(places, `transcripts/${conversationId}/`)).map(({ key }) => key);

const listObjects = async (places: Places, prefix: string): Promise<{ key: string; bytes: number }[]> => {
  const s3 = new S3Client({ endpoint: places.awsUrl, region: places.region, credentials, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: places.bucket, Prefix: prefix }));
  s3.destroy();
  return Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, bytes: Size }));
};

/** Returns the final state of a voice in the ledger. */
export const voiceFate = async (places: Places, voiceId: string): Promise<'in use' | 'kept' | 'deleted'> => {
  const dynamoDb = new DynamoDBClient({ endpoint: places.awsUrl, region: places.region, credentials });
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: places.table, Key: { pk: { S: `VOICE#${voiceId}` } }, ConsistentRead: true }),
  );
  dynamoDb.destroy();
  if (Item === undefined || Item['state']?.S === 'deleted') return 'deleted';
  return Item['state']?.S === 'live' && Object.keys(Item['users']?.M ?? {}).length === 0 ? 'kept' : 'in use';
};

const readLedger = async (places: Places, keys: readonly string[]): Promise<string[]> => {
  const dynamoDb = new DynamoDBClient({ endpoint: places.awsUrl, region: places.region, credentials });
  const items = await Promise.all(
    keys.map((pk) => dynamoDb.send(new GetItemCommand({ TableName: places.table, Key: { pk: { S: pk } } }))),
  );
  dynamoDb.destroy();
  return items.flatMap(({ Item }, index) =>
    Item === undefined ? [] : [`${keys[index] ?? ''}${Item['state']?.S === undefined ? '' : ` (${Item['state'].S})`}`],
  );
};
