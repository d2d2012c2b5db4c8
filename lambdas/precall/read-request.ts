import { readMultipart } from '../adapters/multipart';
import { decodeAudio } from '../domain/base64-audio';
import { type EventReading, type PreCallEvent, readPreCallEvent, readPreCallMetadata } from '../domain/precall-event';
import { ServiceError } from '../shared/errors';

/** A pre-call as it was sent, well formed but not yet measured. */
export interface PreCallRequest {
  readonly event: PreCallEvent;
  readonly sample: Buffer;
}

const multipart = /^multipart\/form-data\s*;/i;

/** The largest `metadata` part: a name and a few ids take a hundredth of it. */
const maxMetadataBytes = 65_536;

/**
 * Reads a body whose signature holds: JSON with base64 audio, or multipart with `metadata` and `voice_sample`. Throws 400
 * naming the fields at fault, with the conversation id if that could be read.
 */
export const readRequest = async (
  contentType: string,
  body: Buffer,
  maxSampleBytes: number,
): Promise<PreCallRequest> =>
  multipart.test(contentType) ? readForm(contentType, body, maxSampleBytes) : readJsonForm(body);

const readJsonForm = (body: Buffer): PreCallRequest => {
  const event = valid(readPreCallEvent(parseJson(body, 'body')));
  const sample = decodeAudio(event.voice_sample.data);
  if (sample !== undefined) return { event, sample };
  throw invalid(
    'voice_sample.data: expected base64 (RFC 4648, not URL-safe) or a data: URL with base64',
    event.conversation_id,
  );
};

const readForm = async (contentType: string, body: Buffer, maxSampleBytes: number): Promise<PreCallRequest> => {
  const parts = await readMultipart(contentType, body, {
    maxParts: 3,
    maxPartBytes: maxSampleBytes + maxMetadataBytes,
  });
  const unknown = parts.find(({ name }) => name !== 'metadata' && name !== 'voice_sample');
  if (unknown !== undefined) throw invalid('a part is neither metadata nor voice_sample');
  const metadata = only(parts, 'metadata');
  if (metadata.length > maxMetadataBytes)
    throw invalid(`metadata has ${metadata.length} bytes; at most ${maxMetadataBytes} are read`);
  const event = valid(readPreCallMetadata(parseJson(metadata, 'metadata')));
  return { event, sample: only(parts, 'voice_sample') };
};

const only = (parts: readonly { name: string; bytes: Buffer }[], name: string): Buffer => {
  const [part, ...others] = parts.filter((candidate) => candidate.name === name);
  if (part === undefined) throw invalid(`the part ${name} is missing`);
  if (others.length > 0) throw invalid(`the part ${name} is there ${others.length + 1} times; one is expected`);
  return part.bytes;
};

const parseJson = (bytes: Buffer, what: string): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new ServiceError(400, {
      code: 'INVALID_JSON',
      message: `The ${what} is not valid JSON (${bytes.length} bytes).`,
      cause: error,
    });
  }
};

const valid = <T>(reading: EventReading<T>): T => {
  if (reading.ok) return reading.event;
  throw invalid(reading.problem, reading.conversationId);
};

const invalid = (problem: string, conversationId?: string): ServiceError =>
  new ServiceError(400, {
    code: 'INVALID_PAYLOAD',
    message: `The pre-call event is not valid: ${problem}.`,
    conversationId,
  });
