/**
 * What calls that start elsewhere wait for us, over HTTP on the local stack, warm. Client, API Gateway front and AWS
 * emulators share one process, and all functions share the machine's cores. `node --import tsx
 * bench/start-elsewhere.ts`
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { readLogLine } from '../local/demo/log-timeline';
import { type LocalStack, startLocalStack } from '../local/local-stack';

const concurrencies = [1, 16];
const requests = 1_600;
const warmUps = 400;
const threeCxRequests = 300;
const threeCxSecret = '3cx secret of the bench';
const initiationSecret = 'secret of the bench';
const callerHashKey = 'key of the bench';
const callerNumber = '+31612345678';
const voiceId = 'benchVoice1';

/** Milliseconds that each of many took. */
type Times = readonly number[];

const percentile = (times: Times, share: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;

const row = (name: string, times: Times): void => {
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  console.log(`  ${name.padEnd(58)} p50 ${p50.toFixed(1).padStart(6)}   p99 ${p99.toFixed(1).padStart(6)}`);
};

/** How long each of so many takes, so many of them at a time. */
const timed = async (count: number, concurrency: number, work: () => Promise<void>): Promise<Times> => {
  const times: number[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const startedMs = performance.now();
      await work();
      times.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return times;
};

/** Puts a caller with a cached voice and a checked agent into the ledger. */
const seedCaller = async ({ places: { awsUrl, region, table } }: LocalStack): Promise<void> => {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const dynamoDb = new DynamoDBClient({ endpoint: awsUrl, region, credentials });
  const put = (pk: string, fields: object) =>
    DynamoDBDocumentClient.from(dynamoDb).send(new PutCommand({ TableName: table, Item: { pk, ...fields } }));
  const untilS = Math.floor(Date.now() / 1000) + 86_400;
  const hash = createHmac('sha256', callerHashKey).update(callerNumber).digest('hex');
  const reusable = { voice_id: voiceId, sample_digest: 'x', valid_until: untilS };
  await put(`CALLER#${hash}`, { kind: 'caller', name: 'Ivan', reusable, expires_at: untilS });
  await put('SETUP#agent_bench', {
    kind: 'setup',
    overrides: { voice: true, first_message: true, max_duration: true },
    checked_at: untilS - 86_400,
  });
  dynamoDb.destroy();
};

/** Sends a starting call; throws when it is not answered as expected. */
const startCall = async (url: string, secret: string, expected: string): Promise<void> => {
  const conversation_id = `conv_${randomUUID()}`;
  const body = { caller_id: callerNumber, called_number: '+31850000000', agent_id: 'agent_bench', conversation_id };
  const headers = { 'Content-Type': 'application/json', 'X-Precall-Secret': secret };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!text.includes(expected)) throw new Error(`Not as expected: HTTP ${response.status} ${text}`);
};

/** The function's own times by its log, of the last so many events. */
const ownTimes = async ({ logFile }: LocalStack, count: number): Promise<Times> => {
  const lines = (await readFile(logFile, 'utf8')).split('\n').map((line) => readLogLine(line.slice(line.indexOf('{'))));
  return lines
    .filter((line) => line?.event === 'webhook_complete' && line['route'] === 'initiation')
    .map((line) => Number(line?.['processing_time_ms']))
    .slice(-count);
};

/** The conversation-initiation webhook: a known caller's voice out of the ledger. ElevenLabs is not called. */
const measureInitiation = async (stack: LocalStack): Promise<void> => {
  const url = `${stack.url}/webhook/initiation`;
  const voiced = (): Promise<void> => startCall(url, initiationSecret, voiceId);
  const refused = (): Promise<void> => startCall(url, 'wrong', 'INVALID_SECRET');
  await seedCaller(stack);
  console.log(`\nPOST /webhook/initiation, ${requests} requests each, in ms:`);
  for (const concurrency of concurrencies) {
    // Instances that start all at once on few cores may give up on their secrets: what they answer does not count.
    await timed(warmUps, concurrency, () => voiced().catch(() => undefined));
    const answered = await timed(requests, concurrency, voiced);
    const own = await ownTimes(stack, requests);
    row(`${concurrency} concurrent, over HTTP`, answered);
    row(`${concurrency} concurrent, of that in the function, by its log`, own);
    row(
      `${concurrency} concurrent, refused (401): the way there and back alone`,
      await timed(requests, concurrency, refused),
    );
  }
};

/** Sends a 3CX call; throws when it is not answered as expected. */
const callOfThreeCx = async (url: string, callId: string, expected: string): Promise<void> => {
  const event = { event_type: 'IncomingCall', call_id: callId, caller_id: callerNumber, direction: 'In' };
  const body = JSON.stringify(event);
  const timestampS = Math.floor(Date.now() / 1000);
  const digest = createHmac('sha256', threeCxSecret).update(`${timestampS}.${body}`).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'X-Signature': `t=${timestampS},v0=${digest}` };
  const text = await (await fetch(url, { method: 'POST', headers, body })).text();
  if (!text.includes(expected)) throw new Error(`Not as expected: ${text}`);
};

/** Of the last so many 3CX calls by the log: the time in ElevenLabs' answers, and all other time. */
const shares = async ({ logFile }: LocalStack, count: number): Promise<{ own: Times; elevenLabs: Times }> => {
  const lines = (await readFile(logFile, 'utf8'))
    .split('\n')
    .map((line) => readLogLine(line.slice(line.indexOf('{'))))
    .filter((line) => line !== undefined);
  const waited = new Map<unknown, number>();
  for (const line of lines.filter(({ event }) => event === 'elevenlabs_call'))
    waited.set(line['request_id'], (waited.get(line['request_id']) ?? 0) + Number(line['duration_ms']));
  const complete = lines
    .filter((line) => line.event === 'webhook_complete' && line['route'] === 'threecx')
    .slice(-count);
  const elevenLabs = complete.map((line) => waited.get(line['request_id']) ?? 0);
  return {
    elevenLabs,
    own: complete.map((line, index) => Number(line['processing_time_ms']) - (elevenLabs[index] ?? 0)),
  };
};

/**
 * The 3CX webhook: a call is placed at ElevenLabs, which takes 80 ms in the simulation, and jobs are queued beside it.
 */
const measureThreeCx = async (stack: LocalStack): Promise<void> => {
  const url = `${stack.url}/webhook/3cx`;
  console.log(`\nPOST /webhook/3cx, ${threeCxRequests} calls each, in ms:`);
  for (const concurrency of concurrencies) {
    const call = (): Promise<void> => callOfThreeCx(url, randomUUID(), 'initiated successfully');
    await timed(warmUps / 4, concurrency, () => call().catch(() => undefined));
    const answered = await timed(threeCxRequests, concurrency, call);
    const { own, elevenLabs } = await shares(stack, threeCxRequests);
    row(`${concurrency} concurrent, over HTTP`, answered);
    row(`${concurrency} concurrent, of that in the (simulated) ElevenLabs call`, elevenLabs);
    row(`${concurrency} concurrent, of that our own in the function`, own);
  }
};

/** What is measured, one after the other, on one stack. */
const measurements: readonly ((stack: LocalStack) => Promise<void>)[] = [measureInitiation, measureThreeCx];

const main = async (): Promise<void> => {
  const stack = await startLocalStack(
    {
      PORT: 0,
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: undefined,
      ELEVENLABS_API_BASE_URL: undefined,
      ELEVENLABS_API_KEY: 'sk_bench',
      ELEVENLABS_WEBHOOK_SECRET: 'wsec_bench',
      FLAT_POSTCALL_SECRET: undefined,
      THREECX_WEBHOOK_SECRET: threeCxSecret,
      INITIATION_SECRET: initiationSecret,
      CALLER_HASH_KEY: callerHashKey,
      ELEVENLABS_AGENT_ID: undefined,
      ELEVENLABS_PHONE_NUMBER_ID: undefined,
      TTL_SWEEP_SECONDS: 3600,
      LOCAL_MAX_INSTANCES: Math.max(...concurrencies),
      PRECALL_DEMO: 'off',
    },
    () => undefined,
    undefined,
    // What follows a greeting is not measured, and would take the processors.
    { AUTO_TRANSITION_ENABLED: 'false' },
  );
  try {
    for (const measure of measurements) await measure(stack);
  } finally {
    await stack.close();
  }
};

void main();
