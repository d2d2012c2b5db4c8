import { createHmac } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import { secretsClient } from '../aws/clients';
import { type Secret, secret } from '../aws/secrets';
import type { Log } from '../platform/log';
import { defaultCountry, phoneNumberReadings } from './phone-number';

/** Turns phone numbers into keys that reveal nothing about them without the secret. */
export interface CallerHashing {
  /**
   * Returns the caller's key: HMAC-SHA256 of the E.164 number under the secret's first value, in hex. Returns undefined
   * if the text is not a valid number. Throws 503 if the secret cannot be read.
   */
  readonly hash: (phoneNumber: string | null | undefined) => Promise<string | undefined>;
  /**
   * Returns the number's key under each current value of the secret, newest first, to find data from before a rotation.
   * A number without a country code gives the keys of each possible number. Throws 503 if the secret cannot be read.
   */
  readonly hashes: (phoneNumber: string) => Promise<readonly string[]>;
  /**
   * Returns the number's keys under the older values of the secret, newest first, without those of less likely numbers.
   * Throws 503 if the secret cannot be read.
   */
  readonly olderHashes: (phoneNumber: string | null | undefined) => Promise<readonly string[]>;
  /**
   * Returns the keys of a caller who has several identifiers: phone numbers, and keys that Precall sent as `user_id`.
   * Omits identifiers that give no key. Throws 503 if the secret cannot be read.
   */
  readonly keysOf: (identifiers: readonly string[]) => Promise<CallerKeySet>;
}

/** The keys of a caller's identifiers, without duplicates, newest first. */
export interface CallerKeySet {
  /** The keys of all numbers that the identifiers can mean. Use them to look up a caller. */
  readonly all: readonly string[];
  /** The keys of the number that each identifier most likely means. */
  readonly likely: readonly string[];
}

/** Creates the hashing for this secret. Numbers without a country code belong to the default country, if one is set. */
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
    olderHashes: async (phoneNumber) =>
      phoneNumber == null ? [] : (await hashesOf(phoneNumberReadings(phoneNumber, country).slice(0, 1))).slice(1),
    keysOf: async (identifiers) => {
      const sentKeys = identifiers.filter(isCallerKey);
      const readings = identifiers.map((text) => phoneNumberReadings(text, country));
      const likely = await hashesOf(readings.flatMap((numbers) => numbers.slice(0, 1)));
      const others = await hashesOf(readings.flatMap((numbers) => numbers.slice(1)));
      return { all: unique([...likely, ...others, ...sentKeys]), likely: unique([...likely, ...sentKeys]) };
    },
    hash: async (phoneNumber) => (phoneNumber == null ? undefined : (await hashes(phoneNumber))[0]),
  };
};

const unique = (keys: readonly string[]): readonly string[] => [...new Set(keys)];

/** Returns whether a text has the form of a caller's key. */
const isCallerKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

const variables = { CALLER_HASH_KEY_SECRET_ARN: z.string().min(1), DEFAULT_COUNTRY: defaultCountry };

/** Reads the hashing of phone numbers from a function's environment. `readKey` reads the key for later hashes. */
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
