import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/** What the local stack expects unless it is told otherwise. */
const localSecret = 'wsec_local_webhook_secret';

/** The first of the live values of a secret, which are separated by commas. */
export const firstValue = (text: string): string => (text.split(',')[0] ?? '').trim();

/**
 * The secret to sign with: the flag's, else the first of `ELEVENLABS_WEBHOOK_SECRET` (which may hold two, separated by
 * a comma), else the local stack's. Throws WrongUse for an empty flag.
 */
export const webhookSecret = (flag: string | undefined, env: Surroundings['env']): string => {
  if (flag === '') throw new WrongUse('--secret is empty.');
  if (flag !== undefined) return flag;
  const first = firstValue(env['ELEVENLABS_WEBHOOK_SECRET'] ?? '');
  return first === '' ? localSecret : first;
};
