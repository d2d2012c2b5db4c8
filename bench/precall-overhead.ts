/**
 * What one pre-call costs beside ElevenLabs' own two calls, measured in the function under the Lambda Runtime API, and
 * what the functions' bundles weigh and take to start, beside an empty handler. `node --import tsx
 * bench/precall-overhead.ts`
 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAwsEmulators } from '../local/aws/emulators';
import { type LogLine, readLogLine } from '../local/demo/log-timeline';
import { startElevenLabs } from '../local/elevenlabs/elevenlabs-simulator';
import { type Functions, startFunctions } from '../local/lambda/functions';
import type { InvocationReport } from '../local/lambda/invocation-result';
import { deployStack } from '../local/stack/deploy-stack';
import type { DeployedFunction } from '../local/stack/deployed-stack';
import { synthesize } from '../local/synth';
import { wav } from './measure/wav';

const rounds = 40;
const coldStarts = 9;
const sampleBytes = 1_048_576;
const apiKey = 'sk_bench';
const secret = 'wsec_bench';
const region = 'eu-central-1';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const sample = wav(sampleBytes).toString('base64');

const proxyEvent = (agentId: string): object => {
  const conversation_id = `conv_${randomUUID()}`;
  const voice_sample = { format: 'base64', data: sample };
  const body = JSON.stringify({ type: 'pre_call', conversation_id, agent_id: agentId, voice_sample });
  const t = Math.floor(Date.now() / 1000);
  const v0 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return {
    httpMethod: 'POST',
    path: '/webhook/precall',
    headers: { 'Content-Type': 'application/json', 'ElevenLabs-Signature': `t=${t},v0=${v0}` },
    requestContext: { requestTimeEpoch: Date.now() },
    body,
    isBase64Encoded: false,
  };
};

const emptyFunction = async (): Promise<DeployedFunction> => {
  const codeDir = await mkdtemp(join(tmpdir(), 'empty-'));
  await writeFile(join(codeDir, 'index.js'), 'exports.handler = async () => ({ statusCode: 200, body: "{}" });');
  return {
    id: 'Empty',
    codeDir,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutS: 5,
    memoryMb: 128,
    environment: {},
  };
};

/** The phases of one pre-call by the times of its log lines. */
const phases = (lines: readonly LogLine[], totalMs: number): Record<string, number> => {
  const at = (event: string, operation?: string): number =>
    Date.parse(
      String(
        lines.find((line) => line.event === event && (operation === undefined || line.operation === operation))?.[
          'timestamp'
        ],
      ),
    );
  const called = (operation: string): number => lines.find((line) => line.operation === operation)?.duration_ms ?? 0;
  const vendorMs = called('create_voice') + called('patch_agent');
  return {
    'signature (HMAC over the body)': at('signature_validated') - at('webhook_received'),
    'read, measure, claim': at('voice_clone_start') - at('signature_validated'),
    'ElevenLabs: create voice': called('create_voice'),
    'record voice, wait for sample in S3': at('agent_update_start') - at('elevenlabs_call', 'create_voice'),
    'announce on AGENT': at('elevenlabs_call', 'patch_agent') - called('patch_agent') - at('agent_update_start'),
    'ElevenLabs: patch agent': called('patch_agent'),
    'confirm, store the answer': at('webhook_complete') - at('elevenlabs_call', 'patch_agent'),
    'outside the log (event in, answer out)': totalMs - (at('webhook_complete') - at('webhook_received')),
    'total beyond ElevenLabs': totalMs - vendorMs,
  };
};

const table = (rows: Record<string, string | number>): void => {
  for (const [name, value] of Object.entries(rows))
    console.log(`  ${name.padEnd(40)} ${typeof value === 'number' ? value.toFixed(1) : value}`);
};

const measureOverhead = async (functions: Functions, log: LogLine[], reports: InvocationReport[]): Promise<void> => {
  const all: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    log.length = 0;
    const result = await functions.invoke('PreCallFunction', proxyEvent('agent_bench'));
    if (result.status !== 'ok' || !result.payload.includes('"statusCode":200'))
      throw new Error(`Refused: ${JSON.stringify(result)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    all.push(phases(log, reports.at(-1)?.durationMs ?? NaN));
  }
  const warm = all.slice(3);
  console.log(`\nOne pre-call with a sample of ${sampleBytes} bytes, warm, median of ${warm.length}, in ms:`);
  table(
    Object.fromEntries(Object.keys(warm[0] ?? {}).map((name) => [name, median(warm.map((each) => each[name] ?? NaN))])),
  );
};

const measureStarts = async (fn: DeployedFunction, awsUrl: string): Promise<string> => {
  const inits: number[] = [];
  for (let start = 0; start < coldStarts; start += 1) {
    const functions = await startFunctions({
      functions: [fn],
      awsUrl,
      region,
      onReport: (_id, { initMs }) => initMs !== undefined && inits.push(initMs),
    });
    await functions.invoke(fn.id, { headers: {}, body: null, requestContext: {} });
    await functions.close();
  }
  const bytes = (await stat(join(fn.codeDir, 'index.js'))).size;
  return `${(bytes / 1024).toFixed(0).padStart(5)} kB   init ${median(inits).toFixed(0)} ms`;
};

const main = async (): Promise<void> => {
  const { assemblyDir } = await synthesize(new AbortController().signal);
  const aws = await startAwsEmulators();
  const agents = [{ agentId: 'agent_bench', voiceId: 'ownVoice1', firstMessage: 'Hello' }];
  const elevenLabs = await startElevenLabs({
    apiKey,
    agents,
    settings: { latencyMs: 0, voiceLimit: 1000, maxVoiceAddEdits: 1000 },
  });
  const secretValues = { ElevenLabsApiKey: apiKey, ElevenLabsWebhookSecret: secret };
  const environmentOverrides = { ELEVENLABS_API_BASE_URL: elevenLabs.url };
  const deployed = await deployStack({ assemblyDir, awsUrl: aws.url, region, secretValues, environmentOverrides });
  const log: LogLine[] = [];
  const reports: InvocationReport[] = [];
  const functions = await startFunctions({
    functions: deployed.functions,
    awsUrl: aws.url,
    region,
    onLog: (_id, line) => {
      const event = readLogLine(line);
      if (event !== undefined) log.push(event);
    },
    onReport: (_id, report) => reports.push(report),
  });
  await measureOverhead(functions, log, reports);
  await functions.close();
  console.log(`\nBundle and start of each function, median of ${coldStarts}:`);
  for (const fn of [await emptyFunction(), ...deployed.functions]) table({ [fn.id]: await measureStarts(fn, aws.url) });
  await Promise.all([aws.close(), elevenLabs.close()]);
};

void main();
