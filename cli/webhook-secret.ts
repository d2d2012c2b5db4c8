import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/** What the local stack expects unless it is told otherwise. */
const localSecret = 'wsec_local_webhook_secret';

/**
 * The secret to sign with: the flag's, else the first of `ELEVENLABS_WEBHOOK_SECRET` (which may hold two, separated by
 * a comma), else the local stack's. Throws WrongUse for an empty flag.
 */
export const webhookSecret = (flag: string | undefined, env: Surroundings['env']): string => {
  if (flag === '') throw new WrongUse('--secret is empty.');
  if (flag !== undefined) return flag;
  const [first = ''] = (env['ELEVENLABS_WEBHOOK_SECRET'] ?? '').split(',').map((secret) => secret.trim());
  return first === '' ? localSecret : first;
};
