/**
 * What callers and senders meet while an operator pauses and resumes an installation, over HTTP on the local stack. A
 * busy machine makes requests time out, in every phase alike: `node --import tsx bench/pause-under-load.ts`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventKinds, type KindName, senderHeaders } from '../cli/event-kinds';
import { sampleEvent } from '../cli/sample-event';
import { senderSecrets } from '../cli/webhook-secret';
import type { LocalStack } from '../local/local-stack';
import { findLocal } from '../ops/find-installation';
import { pauseInstallation, pauseTakesS, resumeInstallation } from '../ops/pause';
import { type Account, isGone, isOwn, preCall, secondsUntil, startAccount } from './bad-minute/account';

const workers = 2;
const phaseS = 15;

let phase = 'before';
const counts = new Map<string, number>();
const note = (what: string): void => void counts.set(`${phase}  ${what}`, (counts.get(`${phase}  ${what}`) ?? 0) + 1);

const send = async ({ url }: LocalStack, kind: KindName, terms: Parameters<typeof sampleEvent>[1]): Promise<number> => {
  const body = Buffer.from(JSON.stringify(await sampleEvent(kind, terms)));
  const { path, sender } = eventKinds[kind];
  const secret = sender === 'elevenlabs' ? 'wsec_bench' : senderSecrets[sender].local;
  const headers = senderHeaders(sender, body, { secret, isInvalid: false, nowS: Math.floor(Date.now() / 1000) });
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  const text = await response.text();
  note(`${kind.padEnd(14)} ${response.status} ${/"error_code":"(\w+)"/.exec(text)?.[1] ?? ''}`);
  return response.status;
};

let isOver = false;
let made = 0;

/** Makes calls, one after another, until it is over. */
const keepCalling = async (account: Account, stack: LocalStack): Promise<void> => {
  while (!isOver) {
    made += 1;
    const call = { conversationId: `conv_load_${made}`, agentId: account.nextAgent() };
    const status = await send(stack, 'precall', call);
    await send(stack, 'initiation', { conversationId: `conv_start_${made}`, agentId: call.agentId });
    if (status === 200) await send(stack, 'transcription', call);
  }
};

const pass = async (name: string, seconds: number): Promise<void> => {
  phase = name;
  await sleep(seconds * 1000);
};

const main = async (): Promise<void> => {
  const account = await startAccount(1);
  const [stack] = account.stacks;
  if (stack === undefined) throw new Error('No stack was started.');
  const installation = findLocal(Number(new URL(stack.url).port), false);
  const held = Array.from({ length: 3 }, (_, n) => ({ id: `conv_held_${n}`, agentId: account.nextAgent() }));
  for (const call of held) await preCall(stack, call);
  const load = Promise.all(Array.from({ length: workers }, () => keepCalling(account, stack)));
  await pass('before', phaseS);

  await pauseInstallation(installation, Date.now());
  await pass('pause noticed', pauseTakesS);
  phase = 'paused';
  for (const { id, agentId } of held) await send(stack, 'transcription', { conversationId: id, agentId });
  const isDone = (): boolean => held.every((call) => isOwn(account, call.agentId) && isGone(account, call));
  const doneS = await secondsUntil(isDone);
  await pass('paused', phaseS);

  await resumeInstallation(installation);
  await pass('resume noticed', pauseTakesS);
  await pass('resumed', phaseS);
  isOver = true;
  await load;
  for (const [what, count] of counts) console.log(`${String(count).padStart(5)}  ${what}`);
  console.log(`Calls that ended in the pause: agents and clones as before them after ${doneS.toFixed(1)} s.`);
  installation.clients.destroy();
  await account.close();
};

void main();
