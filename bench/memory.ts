/**
 * The peak memory of each function at the largest input that its senders may send, on the local stack. Lambda counts
 * the same pages: `node --import tsx bench/memory.ts`
 */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../cli/run';
import { startElevenLabs } from '../local/elevenlabs/elevenlabs-simulator';
import { peakMemoryMb } from '../local/lambda/function-process';
import { type LocalStack, startLocalStack } from '../local/local-stack';
import { localSettings } from '../local/settings';
import { postCallEvent } from './measure/requests';
import { printTable } from './measure/table';
import { wav } from './measure/wav';

const apiKey = 'sk_bench';
const secret = 'wsec_bench';
const number = '+31612345678';
const agents = Array.from({ length: 8 }, (_, n) => ({
  agentId: `agent_${n}`,
  voiceId: 'ownVoice1',
  firstMessage: 'Hello',
}));

/** The largest sample in a body, and the largest upload, in bytes. */
const [inBody, uploaded] = [4_400_000, 9_900_000];
/** The largest event that Lambda takes, less what API Gateway adds. */
const eventBytes = 5_200_000;
const recordingBytes = 200_000_000;

const at =
  ({ url }: LocalStack) =>
  async (...args: readonly string[]): Promise<void> => {
    const out: string[] = [];
    const print = (line: string): void => void out.push(line);
    const surroundings = { env: {}, print, note: print, redraw: undefined };
    const code = await run([...args, '--port', new URL(url).port], surroundings);
    process.stderr.write(`${code} precall ${args.join(' ')}\n`);
    if (code !== 0) process.stderr.write(`${out.slice(0, 4).join('\n')}\n`);
  };

const sendEnd = async ({ url }: LocalStack, conversationId: string): Promise<void> => {
  const { body } = postCallEvent(eventBytes, conversationId) as { readonly body: string };
  const t = Math.floor(Date.now() / 1000);
  const v0 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'ElevenLabs-Signature': `t=${t},v0=${v0}` };
  const { status } = await fetch(`${url}/webhook/postcall`, { method: 'POST', headers, body });
  process.stderr.write(`${status} an end of ${body.length} bytes\n`);
};

/** Plays the largest inputs one after another, so that each function keeps one instance. */
const play = async (stack: LocalStack, folder: string): Promise<void> => {
  const precall = at(stack);
  const [small, large] = [join(folder, 'small.wav'), join(folder, 'large.wav')];
  writeFileSync(small, wav(inBody));
  writeFileSync(large, wav(uploaded));
  for (const [n, form] of [[], ['--multipart'], ['--form-signature'], ['--via-upload']].entries())
    for (const repeated of [1, 2]) {
      const call = ['--conversation-id', `conv_${n}_${repeated}`, '--agent-id', `agent_${n}`, '--name', 'Ada'];
      await precall('send', '--sample', form[0] === '--via-upload' ? large : small, ...call, ...form);
    }
  await precall('caller', 'enrol', number, '--sample', small, '--name', 'Ada');
  for (const kind of ['initiation', 'threecx']) await precall('trigger', kind, '--number', number);
  for (const n of [0, 1]) await sendEnd(stack, `conv_${n}_1`);
  for (const n of [2, 3]) await precall('end', `conv_${n}_1`);
  await precall('caller', 'export', number, '--out', join(folder, 'export.zip'));
  await precall('check', '--agent', 'agent_0');
  await precall('send', '--health');
  await precall('caller', 'erase', number, '--yes');
  await stack.runSchedules();
};

const main = async (): Promise<void> => {
  const settings = { voiceLimit: 500, maxVoiceAddEdits: 500, latencyMs: 0 };
  const elevenLabs = await startElevenLabs({ apiKey, agents, settings });
  const folder = mkdtempSync(join(tmpdir(), 'precall-memory-'));
  const places = { ELEVENLABS_API_BASE_URL: elevenLabs.url, ELEVENLABS_API_KEY: apiKey };
  const stack = await startLocalStack(
    localSettings.parse({
      ...places,
      PORT: 0,
      PRECALL_DEMO: 'off',
      ELEVENLABS_WEBHOOK_SECRET: secret,
      LOCAL_MAX_INSTANCES: 1,
    }),
    () => undefined,
    undefined,
    { ENABLE_AUDIO_STORAGE: 'true', ELEVENLABS_AGENT_ID: 'agent_7', ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1' },
  );
  const recorded = { agentId: 'agent_0', status: 'done', hasAudio: true, audioBytes: recordingBytes } as const;
  for (const n of [0, 1]) elevenLabs.addConversation({ ...recorded, conversationId: `conv_${n}_1` });
  await play(stack, folder);
  await sleep(20_000);
  const rows = stack.deployed.functions
    .map(({ id, memoryMb }) => {
      const peaks = stack.functions.instances(id).map(({ pid }) => peakMemoryMb(pid) ?? 0);
      const peak = Math.max(0, ...peaks);
      return [id, peak, memoryMb, `${Math.round((peak / memoryMb) * 100)} %`];
    })
    .filter(([, peak]) => peak !== 0);
  printTable('Peak memory, in MB', ['function', 'peak', 'memorySize', 'used'], rows);
  await stack.close();
  await elevenLabs.close();
  rmSync(folder, { recursive: true });
};

void main();
