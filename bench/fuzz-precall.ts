/**
 * Sends mutated multipart bodies and mutated recordings, rightly signed, through the synthesized pre-call function
 * under the Lambda Runtime API, and counts the answers. Ends with 1 when one is not documented, or when the function
 * died. `node --import tsx bench/fuzz-precall.ts [multipart bodies] [recordings]`
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { startAwsEmulators } from '../local/aws/emulators';
import { startElevenLabs } from '../local/elevenlabs/elevenlabs-simulator';
import { type Functions, startFunctions } from '../local/lambda/functions';
import { deployStack } from '../local/stack/deploy-stack';
import { synthesize } from '../local/synth';
import { mutated, seededRandom } from '../test/support/audio-mutations';

const secret = 'wsec_fuzz';
const region = 'eu-central-1';
const fixtures = join(__dirname, '..', 'test', 'fixtures', 'audio');
const files = ['wav-16khz-16bit.wav', 'mp3-24khz-vbr-xing.mp3', 'ogg-16khz-opus.ogg', 'ogg-16khz-vorbis.ogg'];
const documented = new Set([
  'success',
  'INVALID_JSON',
  'INVALID_MULTIPART',
  'INVALID_PAYLOAD',
  'INVALID_VOICE_SAMPLE',
  'DUPLICATE_VOICE_SAMPLE',
  'VOICE_SAMPLE_TOO_LARGE',
  'INVALID_SIGNATURE',
]);
const answer = z.object({ statusCode: z.number(), body: z.string() });
const said = z.object({ status: z.string(), error_code: z.string().optional() });

const metadata = (n: number): string =>
  JSON.stringify({
    type: 'pre_call',
    conversation_id: `conv_fuzz_${n}`,
    agent_id: 'agent_fuzz',
    caller_metadata: { name: 'Ada' },
  });

const form = (n: number, sample: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`--cut\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n${metadata(n)}\r\n`),
    Buffer.from(
      '--cut\r\nContent-Disposition: form-data; name="voice_sample"; filename="v.wav"\r\n' +
        'Content-Type: audio/wav\r\n\r\n',
    ),
    sample,
    Buffer.from('\r\n--cut--\r\n'),
  ]);

const proxyEvent = (body: Buffer): object => {
  const t = Math.floor(Date.now() / 1000);
  const v0 = createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
  return {
    headers: { 'Content-Type': 'multipart/form-data; boundary=cut', 'ElevenLabs-Signature': `t=${t},v0=${v0}` },
    requestContext: { requestTimeEpoch: Date.now() },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
};

const send = async (functions: Functions, body: Buffer): Promise<string> => {
  const result = await functions.invoke('PreCallFunction', proxyEvent(body));
  if (result.status !== 'ok') return `the function: ${JSON.stringify(result)}`;
  const { statusCode, body: text } = answer.parse(JSON.parse(result.payload.toString()));
  const { status, error_code } = said.parse(JSON.parse(text));
  return statusCode === 200 ? status : (error_code ?? `nothing with ${statusCode}`);
};

const run = async (functions: Functions, count: number, bodyOf: (n: number) => Buffer): Promise<boolean> => {
  const counts = new Map<string, number>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const outcome = await send(functions, bodyOf(n));
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all([worker(), worker()]);
  for (const [outcome, times] of counts) console.log(`  ${String(times).padStart(6)} × ${outcome}`);
  return [...counts.keys()].every((outcome) => documented.has(outcome));
};

const main = async (): Promise<void> => {
  const [bodies = 20_000, recordings = 5_000] = process.argv.slice(2).map(Number);
  const { assemblyDir } = await synthesize(new AbortController().signal);
  const aws = await startAwsEmulators();
  const agents = [{ agentId: 'agent_fuzz', voiceId: 'ownVoice1', firstMessage: 'Hello' }];
  const settings = { latencyMs: 0, voiceLimit: 1_000_000, maxVoiceAddEdits: 1_000_000 };
  const elevenLabs = await startElevenLabs({ apiKey: 'sk', agents, settings });
  const deployed = await deployStack({
    assemblyDir,
    awsUrl: aws.url,
    region,
    secretValues: { ElevenLabsApiKey: 'sk', ElevenLabsWebhookSecret: secret },
    environmentOverrides: { ELEVENLABS_API_BASE_URL: elevenLabs.url },
  });
  const functions = await startFunctions({ functions: deployed.functions, awsUrl: aws.url, region });
  const samples = files.map((file) => readFileSync(join(fixtures, file)));
  const sampleOf = (n: number): Buffer => samples[n % samples.length] ?? Buffer.alloc(0);
  // Every eighth part is larger than what a stream buffers.
  const pieceOf = (n: number): Buffer => sampleOf(n).subarray(0, n % 8 === 0 ? 90_000 : 400);
  const random = seededRandom(20_261_121);
  console.log(`${bodies} mutated multipart bodies:`);
  const isFine = await run(functions, bodies, (n) => mutated(form(n, pieceOf(n)), form(n, pieceOf(n + 1)), random));
  console.log(`${recordings} mutated recordings:`);
  const isFineToo = await run(functions, recordings, (n) =>
    form(bodies + n, mutated(sampleOf(n), sampleOf(n + 1), random)),
  );
  const pids = functions.instances('PreCallFunction').length;
  console.log(`Instances at the end: ${pids}`);
  await functions.close();
  await Promise.all([aws.close(), elevenLabs.close()]);
  process.exit(isFine && isFineToo ? 0 : 1);
};

void main();
