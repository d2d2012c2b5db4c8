import type { Sender } from './event-kinds';
import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

interface SenderSecret {
  /** The name of the setting with the secret. */
  readonly variable: string;
  /** The secret's name in the installation. */
  readonly secret: string;
  /** The local stack's default value. */
  readonly local: string;
}

/** Where the secret of each sender is. */
export const senderSecrets: Readonly<Record<Sender, SenderSecret>> = {
  elevenlabs: {
    variable: 'ELEVENLABS_WEBHOOK_SECRET',
    secret: 'ElevenLabsWebhookSecret',
    local: 'wsec_local_webhook_secret',
  },
  flat: { variable: 'FLAT_POSTCALL_SECRET', secret: 'FlatPostCallSecret', local: '' },
  threecx: { variable: 'THREECX_WEBHOOK_SECRET', secret: 'ThreeCxWebhookSecret', local: 'local_3cx_secret' },
  initiation: { variable: 'INITIATION_SECRET', secret: 'InitiationSecret', local: 'local_initiation_secret' },
};

/** Returns the first of a secret's live values, which are separated by commas. */
export const firstValue = (text: string): string => (text.split(',')[0] ?? '').trim();

/**
 * Returns the secret to sign with: the flag's, otherwise the first value of the sender's setting, otherwise the local
 * stack's. The setting may contain two values, separated by a comma. The flat form without a secret of its own is
 * signed as ElevenLabs signs. Throws WrongUse if the flag is empty.
 */
export const webhookSecret = (sender: Sender, flag: string | undefined, env: Surroundings['env']): string => {
  if (flag === '') throw new WrongUse('--secret is empty.');
  if (flag !== undefined) return flag;
  const { variable, local } = senderSecrets[sender];
  const first = firstValue(env[variable] ?? '');
  const found = first === '' ? local : first;
  return found === '' ? webhookSecret('elevenlabs', flag, env) : found;
};
