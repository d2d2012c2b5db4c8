import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import { type NamedSample, readNamedSample } from '../../samples/named-samples';
import type { Upload } from '../../samples/upload';
import { type EventReading, type PreCallEvent, readPreCallEvent, readPreCallMetadata } from './pre-call-event';
import type { SignedForm } from './signed-form';

/** A pre-call as sent, valid but not yet measured. Each sample is included, or named as an upload. */
export interface PreCallRequest {
  readonly event: PreCallEvent;
  readonly samples: readonly (Buffer | Upload)[];
}

/** Reads the JSON form. Throws 400 that names the invalid fields, with the conversation id if that could be read. */
export const readJsonRequest = (body: Buffer): PreCallRequest => {
  const { samples, ...event } = valid(readPreCallEvent(parseJson(body, 'body')));
  return { event, samples: samples.map((sample) => readSample(sample, event.conversation_id)) };
};

/** Reads the multipart form. Throws 400 that names the invalid part, with the conversation id if that could be read. */
export const readFormRequest = ({ metadata, samples }: SignedForm): PreCallRequest => ({
  event: valid(readPreCallMetadata(parseJson(metadata, 'metadata'))),
  samples,
});

const readSample = (named: NamedSample, conversationId: string): Buffer | Upload => {
  const reading = readNamedSample(named);
  if (!reading.ok) throw invalid(reading.problem, conversationId);
  const { sample } = reading;
  if (!('conversationId' in sample) || sample.conversationId === conversationId) return sample;
  const message = 'The upload was made for another conversation. Upload the sample for this one.';
  throw new ServiceError({ code: 'UPLOAD_FOREIGN', message, conversationId });
};

const valid = <T>(reading: EventReading<T>): T => {
  if (reading.ok) return reading.event;
  throw invalid(reading.problem, reading.conversationId);
};

const invalid = (problem: string, conversationId: string | undefined): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message: `The pre-call event is not valid: ${problem}.`,
    conversationId,
  });
