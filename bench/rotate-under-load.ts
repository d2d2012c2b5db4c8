/**
 * Whether a rotation of the webhook secret refuses a request, over HTTP on the local stack. 200 requests of three
 * routes are sent, eight at a time. After a quarter of them, the secret gets a second value; from then on, every other
 * request is signed with it. After three quarters, the old value is dropped, and all are signed with the new one. Ends
 * with 1 if any is refused: `node --import tsx bench/rotate-under-load.ts`
 */
import { createHmac } from 'node:crypto';
import { addSecretValue, planEndOfRotation } from '../ops/change-secret';
import { findLocal } from '../ops/find-installation';
import { startAccount } from './bad-minute/account';

const requests = 200;
const atOnce = 8;
const [oldSecret, newSecret] = ['wsec_bench', `wsec_${'n'.repeat(40)}`];
const name = 'ElevenLabsWebhookSecret';

/** Of each route, a body that is answered without further work. */
const routes: readonly (readonly [path: string, body: (n: number) => object])[] = [
  ['/webhook/postcall', (n) => ({ type: 'note', event_timestamp: Math.floor(Date.now() / 1000), data: { n } })],
  ['/callers/erasure', () => ({ type: 'erasure_status', erasure_id: '0'.repeat(32) })],
  ['/callers/withdraw', (n) => ({ type: 'caller_withdraw', phone_number: `+316123${String(n).padStart(5, '0')}` })],
];

const main = async (): Promise<void> => {
  const account = await startAccount(1);
  const [stack] = account.stacks;
  if (stack === undefined) throw new Error('No stack was started.');
  const installation = findLocal(Number(new URL(stack.url).port), false);
  const counts = new Map<string, number>();
  let phase: 'old' | 'both' | 'new' = 'old';
  const send = async (n: number): Promise<void> => {
    const isNew = phase === 'new' || (phase === 'both' && n % 2 === 0);
    const [path, bodyOf] = routes[n % routes.length] ?? routes[0]!;
    const body = JSON.stringify(bodyOf(n));
    const t = Math.floor(Date.now() / 1000);
    const v0 = createHmac('sha256', isNew ? newSecret : oldSecret)
      .update(`${t}.${body}`)
      .digest('hex');
    const headers = { 'content-type': 'application/json', 'elevenlabs-signature': `t=${t},v0=${v0}` };
    const { status } = await fetch(`${stack.url}${path}`, { method: 'POST', headers, body });
    const what = `${phase.padEnd(5)} ${isNew ? 'new' : 'old'} value  ${path.padEnd(18)} ${status}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  };
  let next = 0;
  const work = async (until: number): Promise<void> => {
    while (next < until) await send(next++);
  };
  const sendUntil = async (until: number): Promise<void> => {
    await Promise.all(Array.from({ length: atOnce }, () => work(until)));
  };

  await sendUntil(requests / 4);
  const load = sendUntil((requests * 3) / 4);
  await addSecretValue(installation, name, newSecret);
  phase = 'both';
  await load;
  await (await planEndOfRotation(installation, name)).apply();
  phase = 'new';
  await sendUntil(requests);

  for (const what of [...counts.keys()].sort()) console.log(`${String(counts.get(what)).padStart(5)}  ${what}`);
  const refused = [...counts].filter(([what]) => / 401$/.test(what)).reduce((sum, [, count]) => sum + count, 0);
  console.log(`${requests} requests, ${refused} refused`);
  process.exitCode = refused > 0 ? 1 : 0;
  installation.clients.destroy();
  await account.close();
};

void main();
