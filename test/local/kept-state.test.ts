import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import { localSettings } from '../../local/settings';
import { until } from '../support/eventually';
import { freePort, precallAt } from '../support/precall-command';

const root = join(__dirname, '..', '..');
const wav = join(root, 'events', 'samples', 'caller.wav');
const caller = '+31612345678';
let port = 0;
let stack: LocalStack;

const start = (): Promise<LocalStack> => {
  const settings = { ...localSettings.parse({}), PORT: port, PRECALL_DEMO: 'off' as const };
  return startLocalStack(settings, () => undefined, undefined, {}, { keep: true });
};

const precall = (...args: string[]) => precallAt(port, ...args);

/** What a person sees of the stack, apart from times that pass. */
const seen = async () => ({
  voices: (await precall('voices', '--json')).text,
  agents: (await precall('agents', '--json')).text,
  caller: (await precall('caller', 'show', caller, '--personal')).text,
  calls: JSON.parse((await precall('calls', '--json')).text) as unknown,
  story: (await precall('call', 'conv_ended')).text,
  transcript: (await precall('transcript', 'conv_ended')).text,
});

const sqsOf = ({ places: { awsUrl, region } }: LocalStack): SQSClient =>
  new SQSClient({ endpoint: awsUrl, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });

const queueUrl = (name: string): string => stack.deployed.queues[name]!;

/** Leaves an end in a queue for later, and another parked, which a worker of this run has received. */
const leaveJobs = async (later: string, parked: string): Promise<void> => {
  const sqs = sqsOf(stack);
  const job = (id: string): string => JSON.stringify({ reason: 'conversation_ended', conversation_id: id });
  const [jobs, deadLetters] = [queueUrl('CallEndsQueue'), queueUrl('VoiceDeletionsDeadLetters')];
  await sqs.send(new SendMessageCommand({ QueueUrl: jobs, MessageBody: job(later), DelaySeconds: 900 }));
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: job(parked) }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetters, VisibilityTimeout: 900 }));
  sqs.destroy();
};

const waitingJobs = async (): Promise<string | undefined> => {
  const sqs = sqsOf(stack);
  const AttributeNames: ['ApproximateNumberOfMessagesDelayed'] = ['ApproximateNumberOfMessagesDelayed'];
  const QueueUrl = queueUrl('CallEndsQueue');
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  sqs.destroy();
  return Attributes?.[AttributeNames[0]];
};

beforeAll(async () => {
  port = await freePort();
  stack = await start();
});
afterAll(async () => {
  await stack.close();
  rmSync(join(root, '.local', 'kept', String(port)), { recursive: true, force: true });
});

it('given a stack that is kept, when it is started again on its port, then voices, callers, calls, secrets and jobs are as before', async () => {
  await precall('caller', 'enrol', caller, '--sample', wav, '--name', 'Ada');
  await precall('trigger', 'precall', '--conversation-id', 'conv_ended');
  await precall('trigger', 'transcription', '--conversation-id', 'conv_ended');
  await until(async () => {
    const { text } = await precall('call', 'conv_ended');
    return text.includes('record: completed') && text.includes('all work on this call is done');
  });
  await precall('trigger', 'precall', '--conversation-id', 'conv_open');
  await precall('trigger', 'precall', '--conversation-id', 'conv_parked', '--agent-id', 'agent_of_parked');
  await leaveJobs('conv_open', 'conv_parked');
  await precall('secret', 'set', 'ThreeCxWebhookSecret', '--value', 'a secret of this run', '--yes');
  const before = await seen();
  expect(before.voices).toContain('conv_open');
  expect(before.caller).toContain('Ada');

  for (let times = 0; times < 2; times += 1) {
    await stack.close();
    stack = await start();

    expect(await seen()).toEqual(before);
    expect(await waitingJobs()).toBe('1');
    expect((await precall('parked', '--json')).text).toContain('conv_parked');
  }
  const ofBefore = await precall('trigger', 'threecx', '--secret', 'a secret of this run');
  expect(ofBefore).toMatchObject({ exitCode: 0 });
  expect(await precall('parked', 'redrive', 'VoiceDeletions')).toMatchObject({ exitCode: 0 });
  await until(async () => !(await precall('call', 'conv_parked')).text.includes('The end of the call'));
  expect(await precall('end', 'conv_open')).toMatchObject({ exitCode: 0 });
});
