import type { CountryCode } from 'libphonenumber-js/min';
import type * as z from 'zod';
import { ServiceError } from '../platform/errors';
import { parseJson } from '../platform/json';
import { problemsOf } from '../platform/problems';
import type { CallerHashing } from './caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from './phone-number';

/** Turns a phone number into the caller's keys. */
export interface CallerKeysDeps {
  readonly callerHashes: CallerHashing['hashes'];
  /** The country of numbers without a country code. */
  readonly country: CountryCode | undefined;
}

/**
 * Parses the JSON body of a request, which the error message calls `what`, such as `The withdrawal`. Throws 400 with
 * the invalid fields.
 */
export const readRequest = <T>(schema: z.ZodType<T>, body: Buffer, what: string): T => {
  const { data, error } = schema.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalidRequest(what, problemsOf(error));
  return data;
};

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

/** Returns the 400 error for an invalid request. `problem` names the invalid field and quotes no values. */
export const invalidRequest = (what: string, problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `${what} is not valid: ${problem}.` });
