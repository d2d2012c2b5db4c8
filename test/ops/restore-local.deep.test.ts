import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { createClients } from '../../ops/clients';
import { pauseInstallation } from '../../ops/pause';
import { callerHashOf } from '../support/caller-keys';
import { until } from '../support/eventually';
import { createLedgerTable } from '../support/ledger-table';
import { precallAt } from '../support/precall-command';
import { type RunningStack, startNewStack } from '../support/running-stack';

const wav = join(__dirname, '..', '..', 'events', 'samples', 'caller.wav');
const [known, erased] = ['+31612345678', '+31687654321'] as const;
const restored = 'Precall-dev-restored';
const storage = { STAGE: 'again', TABLE_NAME: restored, BUCKET_NAME: '', TABLE_STREAM_ARN: '' };
const settle = { ERASURE_SETTLE_SECONDS: '1' };

let aws: AwsEmulators;
let first: RunningStack;
let second: RunningStack | undefined;

const precallOn = (running: RunningStack, ...args: string[]) => precallAt(new URL(running.stack.url).port, ...args);
const done = async (running: RunningStack, ...args: string[]): Promise<string> => {
  const { exitCode, text } = await precallOn(running, ...args);
  expect([args.join(' '), exitCode, exitCode === 0 ? '' : text]).toEqual([args.join(' '), 0, '']);
  return text;
};
const item = async (running: RunningStack, pk: string) => (await running.ledger())[pk];
const offerOf = async (running: RunningStack): Promise<string | undefined> =>
  ((await item(running, `CALLER#${callerHashOf(known)}`))?.['reusable'] as { voice_id: string } | undefined)?.voice_id;
const voiceOfAgent = async (running: RunningStack, agentId: string): Promise<string> =>
  ((await item(running, `AGENT#${agentId}`)) as { activation: { voice_id: string } }).activation.voice_id;
/** Lets the known caller call until there is a voice for later calls. An agent's first call only checks the agent. */
const untilOffered = (running: RunningStack) =>
  until(async () => {
    await done(running, 'trigger', 'initiation', '--number', known, '--agent-id', 'agent_9');
    return (await offerOf(running)) !== undefined;
  });
const clones = (): string[] => first.elevenLabs.clones();

/** What a restore from a point in time gives: the items under another name, without expiry and stream. */
const restoreTable = async (items: Record<string, unknown>[]): Promise<void> => {
  const client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  await createLedgerTable(client, restored);
  const clients = createClients({ region: 'eu-central-1', emulator: { stores: aws.url, operations: aws.url } });
  await until(() =>
    pauseInstallation({ clients, table: restored }, Date.now()).then(
      () => true,
      () => false,
    ),
  );
  for (const Item of items) await clients.dynamoDb.send(new PutCommand({ TableName: restored, Item }));
  clients.destroy();
  client.destroy();
};

/** Starts a stage of another name that has the restored table and the first stage's bucket. */
const adopt = async (): Promise<RunningStack> => {
  const TABLE_STREAM_ARN = `arn:aws:dynamodb:eu-central-1:111122223333:table/${restored}/stream/2026-01-01T00:00:00.000`;
  Object.assign(process.env, { ...storage, TABLE_STREAM_ARN, BUCKET_NAME: first.stack.places.bucket });
  return startNewStack({ AWS_ENDPOINT_URL: aws.url, ELEVENLABS_API_BASE_URL: first.elevenLabs.url }, settle);
};

beforeAll(async () => {
  aws = await startAwsEmulators();
  first = await startNewStack({ AWS_ENDPOINT_URL: aws.url }, settle);
  const conversation_config_override = { tts: { voice_id: true }, agent: { first_message: true } };
  first.elevenLabs.changeAgent('agent_9', { platform_settings: { overrides: { conversation_config_override } } });
}, 180_000);
afterAll(async () => {
  for (const name of Object.keys(storage)) Reflect.deleteProperty(process.env, name);
  await second?.close();
  await first.close();
  await aws.close();
});

describe('a table that was restored from a point in time', () => {
  it('given another stage that adopts it and the bucket, when repaired, then callers are recognised, and voices go', async () => {
    await done(first, 'caller', 'enrol', known, '--sample', wav, '--name', 'Ada');
    await done(first, 'caller', 'enrol', erased, '--sample', wav);
    await done(first, 'trigger', 'precall', '--conversation-id', 'conv_known', '--agent-id', 'agent_2');
    await done(first, 'end', 'conv_known');
    await done(first, 'trigger', 'precall', '--conversation-id', 'conv_live', '--agent-id', 'agent_1');
    await untilOffered(first);
    const [live, offered] = [await voiceOfAgent(first, 'agent_1'), await offerOf(first)];
    const backup = Object.values(await first.ledger());

    await done(first, 'caller', 'erase', erased, '--yes');
    await until(async () => Object.values(await first.ledger()).some(({ state }) => state === 'done'));
    await done(first, 'voices', 'delete', offered!, '--yes');
    await done(first, 'end', 'conv_live');
    await done(first, 'trigger', 'precall', '--conversation-id', 'conv_later', '--agent-id', 'agent_2');
    const later = await voiceOfAgent(first, 'agent_2');
    await until(() => Promise.resolve(!clones().includes(live) && !clones().includes(offered!)));
    expect(clones()).toContain(later);
    // Reconcile leaves voices alone that a pre-call may still record.
    const { voices } = first.elevenLabs.state;
    const index = voices.findIndex(({ voiceId }) => voiceId === later);
    voices[index] = { ...voices[index]!, createdAtMs: Date.now() - 3_600_000 };
    await first.stack.close();

    await restoreTable(backup);
    second = await adopt();
    const again = second;
    expect(again.stack.places).toMatchObject({ table: restored, bucket: first.stack.places.bucket });
    expect((await item(again, `CALLER#${callerHashOf(erased)}`))?.['enrolled']).toHaveLength(1);
    expect(await offerOf(again)).toBe(offered);

    expect(await done(again, 'restore', 'repair', '--yes')).toMatch(/1 erasure, 0 withdrawals\.[^]*2 voices, 1 offer/);

    await until(async () => (await item(again, `CALLER#${callerHashOf(erased)}`))?.['erased_at'] !== undefined);
    expect((await item(again, `CALLER#${callerHashOf(erased)}`))?.['enrolled'] ?? []).toEqual([]);
    expect(await offerOf(again)).toBeUndefined();
    await until(() => Promise.resolve(clones().length === 0));
    // ElevenLabs lost these voices, so no reconcile finds them: the repair alone ends them.
    for (const lost of [live, offered])
      await until(async () => ((await item(again, `VOICE#${lost}`))?.['state'] ?? 'deleted') === 'deleted');
    for (const agentId of ['agent_1', 'agent_2']) expect(first.elevenLabs.agent(agentId).voiceId).toBe('ownVoice1');

    await done(again, 'resume');
    await untilOffered(again);
    expect(clones()).toEqual([await offerOf(again)]);
    await until(async () => {
      const text = await done(again, 'trigger', 'initiation', '--number', known, '--agent-id', 'agent_9');
      return text.includes(clones()[0]!) && text.includes('Ada');
    });
  }, 240_000);

  it('given a stage that is not paused, when repaired, then it is refused', async () => {
    const { exitCode, text } = await precallOn(second!, 'restore', 'repair', '--yes');
    expect({ exitCode, text }).toEqual({ exitCode: 1, text: expect.stringContaining('is not paused') as string });
  });
});
