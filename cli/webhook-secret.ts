import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/** The local stack's default secret. */
const localSecret = 'wsec_local_webhook_secret';

/** Returns the first of a secret's live values, which are separated by commas. */
export const firstValue = (text: string): string => (text.split(',')[0] ?? '').trim();

/**
 * Returns the secret to sign with: the flag's, otherwise the first of `ELEVENLABS_WEBHOOK_SECRET`, otherwise the local
 * stack's. The variable may contain two secrets, separated by a comma. Throws WrongUse if the flag is empty.
 */
export const webhookSecret = (flag: string | undefined, env: Surroundings['env']): string => {
  if (flag === '') throw new WrongUse('--secret is empty.');
  if (flag !== undefined) return flag;
  const first = firstValue(env['ELEVENLABS_WEBHOOK_SECRET'] ?? '');
  return first === '' ? localSecret : first;
};
