import type { CountryCode } from 'libphonenumber-js/min';
import { readNamedSample } from '../../samples/named-samples';
import type { CallerHashing } from '../caller-hash';
import { phoneNumberProblem } from '../phone-number';
import { invalidRequest, readRequest } from '../read-request';
import type { Enrolling } from './enrol';
import { enrolmentRequest } from './enrolment-request';

const what = 'The enrolment';

/** Turns a phone number into the caller's key. */
export interface CallerKeys {
  readonly callerHash: CallerHashing['hash'];
  readonly olderCallerHashes: CallerHashing['olderHashes'];
  readonly country: CountryCode | undefined;
}

/** Reads an enrolment's body. Throws 400 for invalid fields or an invalid number, 503 if the secret cannot be read. */
export const readEnrolment = async (body: Buffer, signedAtS: number, keys: CallerKeys): Promise<Enrolling> => {
  const request = readRequest(enrolmentRequest, body, what);
  const samples = request.samples.map((named) => {
    const reading = readNamedSample(named);
    if (!reading.ok) throw invalidRequest(what, reading.problem);
    return reading.sample;
  });
  const { phone_number: phoneNumber, name, consent } = request;
  const callerHash = await keys.callerHash(phoneNumber);
  if (callerHash === undefined)
    throw invalidRequest(what, `phone_number: ${phoneNumberProblem(phoneNumber, keys.country)}`);
  return { callerHash, olderHashes: await keys.olderCallerHashes(phoneNumber), name, consent, samples, signedAtS };
};
