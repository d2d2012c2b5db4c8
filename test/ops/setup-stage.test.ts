import { run } from '../../cli/run';
import { setSecret } from '../../ops/change-secret';
import { findLocal } from '../../ops/find-installation';
import { liveValues } from '../../ops/secrets';
import { type RunningStack, startNewStack } from '../support/running-stack';
import { type ShownStack, startCloudFormation } from '../support/stack-outputs';

let running: RunningStack;
let cloudFormation: Awaited<ReturnType<typeof startCloudFormation>>;
let features = ['postcall', 'initiation'];
const environment = { ...process.env };

/** The stack of a stage whose resources are those of the local stack. */
const stage = (): ShownStack => {
  const { apiUrl, elevenLabsUrl = '', table, bucket, queues, secrets, functions } = installation();
  const parts: Readonly<Record<string, RegExp>> = { postcall: /^PostCall/, initiation: /^Initiation/ };
  const isLeftOut = (id: string) => Object.entries(parts).some(([part, of]) => of.test(id) && !features.includes(part));
  const all = [
    { id: 'LedgerTable', physicalId: table, type: 'AWS::DynamoDB::Table' },
    { id: 'Bucket', physicalId: bucket, type: 'AWS::S3::Bucket' },
    ...Object.entries(queues).map(([id, physicalId]) => ({ id, physicalId, type: 'AWS::SQS::Queue' })),
    ...Object.entries(secrets).map(([id, physicalId]) => ({ id, physicalId, type: 'AWS::SecretsManager::Secret' })),
    ...Object.entries(functions).map(([id, { name }]) => ({
      id: `${id}Function`,
      physicalId: name,
      type: 'AWS::Lambda::Function',
    })),
  ];
  return {
    name: 'Precall-test',
    outputs: { ApiUrl: `${apiUrl}/`, ElevenLabsUrl: elevenLabsUrl },
    resources: all.filter(({ id }) => !isLeftOut(id)),
  };
};
const installation = () => findLocal(Number(new URL(running.stack.url).port), false);

beforeAll(async () => {
  running = await startNewStack({ ELEVENLABS_WEBHOOK_SECRET: '', INITIATION_SECRET: '' });
  cloudFormation = await startCloudFormation(stage, running.stack.places.awsUrl);
  const credentials = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
  Object.assign(process.env, { AWS_ENDPOINT_URL: cloudFormation.url, ...credentials });
});
afterAll(async () => {
  process.env = environment;
  await cloudFormation.close();
  await running.close();
});

const precall = (...args: string[]) => precallAt('test', ...args);
const precallAt = async (name: string, ...args: string[]) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run([...args, '--stage', name, '--region', 'eu-central-1'], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n'), notes: notes.join('\n') };
};
const account = () => running.elevenLabs.state.workspace;

describe('precall setup --stage', () => {
  it('given a deployed stage, then its outputs say where the webhooks lead, and what was made can be undone', async () => {
    const before = structuredClone(account());

    expect(await precall('setup', '--all', '--yes')).toMatchObject({ exitCode: 0 });

    expect(account()).toMatchObject({
      webhooks: [{ name: 'Precall-test', url: `${running.stack.url}/webhook/postcall`, areRetriesOn: true }],
      initiationWebhook: { url: `${running.stack.url}/webhook/initiation` },
    });
    expect(account().postCallWebhookId).toBe(account().webhooks[0]!.webhookId);
    const stored = await liveValues(installation(), 'ElevenLabsWebhookSecret');
    expect(stored).toEqual([account().webhooks[0]!.secret]);
    expect(await liveValues(installation(), 'InitiationSecret')).toEqual(Object.values(account().secrets));
    expect((await precall('setup', '--all', '--yes')).text).toBe('There is nothing to change.');
    expect(await precall('setup', '--undo', '--yes')).toMatchObject({ exitCode: 0 });
    expect(account()).toEqual({ ...before, transcriptFormat: 'json' });
  });

  it('given senders with a value of their own, when that is rotated, then the webhook keeps its value', async () => {
    const values = () => liveValues(installation(), 'ElevenLabsWebhookSecret');
    const rotate = (...args: string[]) => precall('secret', 'rotate', 'ElevenLabsWebhookSecret', ...args);
    expect(await precall('secret', 'set', 'ElevenLabsWebhookSecret', '--value', 'first', '--yes')).toMatchObject({
      exitCode: 0,
    });
    expect(await precall('setup', '--all', '--yes')).toMatchObject({ exitCode: 0 });
    const [first, ofWebhook] = await values();

    expect(await rotate('--finish', '--yes')).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining('with which ElevenLabs signs'),
    });
    expect(await rotate('--value', 'second')).toMatchObject({ exitCode: 0 });
    expect(await values()).toEqual(['second', first, ofWebhook]);
    expect(await rotate('--value', 'third')).toMatchObject({ exitCode: 1 });
    expect(await rotate('--finish', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await values()).toEqual(['second', ofWebhook]);
    expect(await precall('setup', '--undo', '--yes')).toMatchObject({ exitCode: 0 });
  });

  it('given a webhook that was made by hand, when a rotation is finished, then its value stays, and what goes is named', async () => {
    const values = () => liveValues(installation(), 'ElevenLabsWebhookSecret');
    const rotate = (...args: string[]) => precall('secret', 'rotate', 'ElevenLabsWebhookSecret', ...args);
    await setSecret(installation(), 'ElevenLabsWebhookSecret', 'first,wsec_made_by_hand');

    expect(await rotate('--value', 'second')).toMatchObject({ exitCode: 0 });
    const { exitCode, text } = await rotate('--finish', '--yes');

    expect([exitCode, await values()]).toEqual([0, ['second', 'wsec_made_by_hand']]);
    expect(text).toContain('(it ends in irst)');
    expect(text).toContain('stays: 1 value of webhooks');
    expect(await rotate('--finish', '--yes')).toMatchObject({ exitCode: 1 });
    await setSecret(installation(), 'ElevenLabsWebhookSecret', 'second');
  });

  it('given a stage that does not exist, then it says so', async () => {
    const answer = await precallAt('other', 'setup', '--all', '--yes');

    expect(answer).toMatchObject({ exitCode: 1, notes: expect.stringContaining('no stack Precall-other') });
  });
});

describe('a stage that leaves features out', () => {
  afterEach(() => precall('setup', '--undo', '--yes'));

  it('given no initiation, then neither its webhook nor its secret is made, and agents need not ask', async () => {
    features = ['postcall'];

    const set = await precall('setup', '--all', '--yes');

    expect(set).toMatchObject({ exitCode: 0 });
    expect(set.text).not.toMatch(/initiation webhook|InitiationSecret/);
    expect(account()).toMatchObject({ initiationWebhook: null, secrets: {} });
    expect(account().postCallWebhookId).toBe(account().webhooks[0]!.webhookId);
    expect((await precall('setup', '--all', '--yes')).text).toBe('There is nothing to change.');
  });

  it('given no post-call events, then no webhook is made for them', async () => {
    features = ['initiation'];

    const set = await precall('setup', '--all', '--yes');

    expect(set).toMatchObject({ exitCode: 0 });
    expect(set.text).not.toMatch(/post-call/);
    expect(account()).toMatchObject({ webhooks: [], postCallWebhookId: null });
    expect(account().initiationWebhook?.url).toBe(`${running.stack.url}/webhook/initiation`);
  });
});
