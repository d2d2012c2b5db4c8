import type { CountryCode } from 'libphonenumber-js/min';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { readNamedSample } from '../../samples/named-samples';
import type { CallerHashing } from '../caller-hash';
import { phoneNumberProblem } from '../phone-number';
import type { Enrolling } from './enrol';
import { enrolmentRequest } from './enrolment-request';

/** What turns a phone number into a caller's key. */
export interface CallerKeys {
  readonly callerHash: CallerHashing['hash'];
  readonly olderCallerHashes: CallerHashing['olderHashes'];
  readonly country: CountryCode | undefined;
}

/** Reads an enrolment's body. Throws 400 for invalid fields or an invalid number, 503 if the secret cannot be read. */
export const readEnrolment = async (body: Buffer, signedAtS: number, keys: CallerKeys): Promise<Enrolling> => {
  const { data: request, error } = enrolmentRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  const samples = request.samples.map((named) => {
    const reading = readNamedSample(named);
    if (!reading.ok) throw invalid(reading.problem);
    return reading.sample;
  });
  const { phone_number: phoneNumber, name, consent } = request;
  const callerHash = await keys.callerHash(phoneNumber);
  if (callerHash === undefined) throw invalid(`phone_number: ${phoneNumberProblem(phoneNumber, keys.country)}`);
  return { callerHash, olderHashes: await keys.olderCallerHashes(phoneNumber), name, consent, samples, signedAtS };
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The enrolment is not valid: ${problem}.` });
