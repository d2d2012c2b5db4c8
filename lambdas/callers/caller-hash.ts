import { createHmac } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import { secretsClient } from '../aws/clients';
import { type Secret, secret } from '../aws/secrets';
import type { Log } from '../platform/log';
import { defaultCountry, normalisePhoneNumber } from './phone-number';

/** Turns phone numbers into keys that say nothing of them without the secret. */
export interface CallerHashing {
  /**
   * The caller's key: HMAC-SHA256 of the number in E.164 form under the secret's first value, in hex. Undefined for
   * what is no number. Throws 503 when the secret cannot be read.
   */
  readonly hash: (phoneNumber: string | null | undefined) => Promise<string | undefined>;
  /**
   * The keys under each live value, newest first, to find what was stored before the secret was changed. Throws 503.
   */
  readonly hashes: (phoneNumber: string) => Promise<readonly string[]>;
}

/** Hashing under this secret; numbers without a country code are of the default country, if there is one. */
export const callerHashing = (key: Pick<Secret, 'values'>, country: CountryCode | undefined): CallerHashing => {
  const hashes = async (phoneNumber: string): Promise<readonly string[]> => {
    const number = normalisePhoneNumber(phoneNumber, country);
    if (number === undefined) return [];
    return (await key.values()).map((value) => createHmac('sha256', value).update(number).digest('hex'));
  };
  return {
    hashes,
    hash: async (phoneNumber) => (phoneNumber == null ? undefined : (await hashes(phoneNumber))[0]),
  };
};

const variables = { CALLER_HASH_KEY_SECRET_ARN: z.string().min(1), DEFAULT_COUNTRY: defaultCountry };

/** Hashing of callers' numbers, in a function's environment. `readKey` reads the key, so that a later hash finds it. */
export const callerHashPart = {
  variables,
  build: (
    env: z.infer<z.ZodObject<typeof variables>>,
    { log }: { readonly log: Log },
    secrets = secretsClient(),
  ): CallerHashing & { readonly readKey: () => Promise<unknown> } => {
    const key = secret(secrets, env.CALLER_HASH_KEY_SECRET_ARN, Date.now, log);
    return { ...callerHashing(key, env.DEFAULT_COUNTRY), readKey: key.values };
  },
};
