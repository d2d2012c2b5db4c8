import { createHmac } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import { secretsClient } from '../aws/clients';
import { type Secret, secret } from '../aws/secrets';
import type { Log } from '../platform/log';
import { defaultCountry, phoneNumberReadings } from './phone-number';

/** Turns phone numbers into keys that say nothing of them without the secret. */
export interface CallerHashing {
  /**
   * The caller's key: HMAC-SHA256 of the number in E.164 form under the secret's first value, in hex. Undefined for
   * what is no number. Throws 503 when the secret cannot be read.
   */
  readonly hash: (phoneNumber: string | null | undefined) => Promise<string | undefined>;
  /**
   * The keys under each live value, newest first, to find what was stored before the secret was changed; for a number
   * without a country code, those of each number that it may mean. Throws 503.
   */
  readonly hashes: (phoneNumber: string) => Promise<readonly string[]>;
  /**
   * The keys of a caller who is named in several ways: by numbers, and by keys that Precall gave as `user_id`. Names
   * that make no key are left out. Throws 503.
   */
  readonly keysOf: (names: readonly string[]) => Promise<CallerKeySet>;
}

/** The keys that a caller's names make, without repetitions, newest key first. */
export interface CallerKeySet {
  /** Of everything that the names may mean: to look the caller up. */
  readonly all: readonly string[];
  /** Of the likeliest meaning of each name. */
  readonly likely: readonly string[];
}

/** Hashing under this secret; numbers without a country code are of the default country, if there is one. */
export const callerHashing = (key: Pick<Secret, 'values'>, country: CountryCode | undefined): CallerHashing => {
  const hashesOf = async (numbers: readonly string[]): Promise<readonly string[]> => {
    if (numbers.length === 0) return [];
    const values = await key.values();
    return numbers.flatMap((number) => values.map((value) => createHmac('sha256', value).update(number).digest('hex')));
  };
  const hashes = (phoneNumber: string): Promise<readonly string[]> =>
    hashesOf(phoneNumberReadings(phoneNumber, country));
  return {
    hashes,
    keysOf: async (names) => {
      const given = names.filter(isCallerKey);
      const readings = names.map((name) => phoneNumberReadings(name, country));
      const likely = await hashesOf(readings.flatMap((numbers) => numbers.slice(0, 1)));
      const others = await hashesOf(readings.flatMap((numbers) => numbers.slice(1)));
      return { all: unique([...likely, ...others, ...given]), likely: unique([...likely, ...given]) };
    },
    hash: async (phoneNumber) => (phoneNumber == null ? undefined : (await hashes(phoneNumber))[0]),
  };
};

const unique = (keys: readonly string[]): readonly string[] => [...new Set(keys)];

/** Whether a text has the form of a caller's key. */
const isCallerKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

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
