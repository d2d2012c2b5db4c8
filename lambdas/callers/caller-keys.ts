import type { CountryCode } from 'libphonenumber-js/min';
import type { CallerHashing } from './caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from './phone-number';
import { invalidRequest } from './read-request';

/** Turns a phone number into the caller's keys. */
export interface CallerKeysDeps {
  readonly callerHashes: CallerHashing['hashes'];
  /** The country of numbers without a country code. */
  readonly country: CountryCode | undefined;
}

/**
 * Returns the caller's keys, newest first. If the number can mean two numbers, uses only the likelier one, because the
 * other may belong to another person. Throws 400 if the number is not valid, and 503 if the secret cannot be read.
 */
export const callerKeysIn = async (
  { phone_number: phoneNumber }: { readonly phone_number: string },
  what: string,
  { callerHashes, country }: CallerKeysDeps,
): Promise<readonly string[]> => {
  const number = normalisePhoneNumber(phoneNumber, country);
  if (number === undefined) throw invalidRequest(what, `phone_number: ${phoneNumberProblem(phoneNumber, country)}`);
  return callerHashes(number);
};
