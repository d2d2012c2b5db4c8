import type { CountryCode } from 'libphonenumber-js/min';
import type { CallerHashing } from '../adapters/caller-hash';
import { enrolmentRequest } from '../domain/enrolment';
import { readNamedSample } from '../domain/named-samples';
import { phoneNumberProblem } from '../domain/phone-number';
import { problemsOf } from '../domain/problems';
import { ServiceError } from '../shared/errors';
import { parseJson } from '../shared/json';
import type { Enrolling } from './enrol';

/** What a number is keyed with. */
export interface CallerKeys {
  readonly callerHash: CallerHashing['hash'];
  readonly country: CountryCode | undefined;
}

/** Reads the body of an enrolment. Throws 400 naming the fields at fault, or why the number is none; 503. */
export const readEnrolment = async (body: Buffer, signedAtS: number, keys: CallerKeys): Promise<Enrolling> => {
  const { data: request, error } = enrolmentRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  const samples = request.samples.map((named) => {
    const reading = readNamedSample(named);
    if (!reading.ok) throw invalid(reading.problem);
    return reading.sample;
  });
  const { phone_number: phoneNumber, name } = request;
  const callerHash = await keys.callerHash(phoneNumber);
  if (callerHash === undefined) throw invalid(`phone_number: ${phoneNumberProblem(phoneNumber, keys.country)}`);
  return { callerHash, name, samples, signedAtS };
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The enrolment is not valid: ${problem}.` });
