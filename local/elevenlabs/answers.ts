import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** One issue of a 422 answer. `loc` is the path to the field, as in `['body', 'labels']`. */
export interface ValidationIssue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** The current and former shapes of ElevenLabs' error bodies. https://elevenlabs.io/docs/eleven-api/resources/errors */
export type ErrorShape = 'new' | 'old' | 'string' | 'html';

/** A rejection with an ElevenLabs error code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The invalid parameter. */
    readonly param?: string,
  ) {
    super(message);
  }
}

/** A rejection in the 422 format, which the old and the new error format share: `{detail: [{loc, msg, type}]}`. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';

  constructor(readonly issues: readonly ValidationIssue[]) {
    super(issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; '));
  }
}

/** Creates the rejection of one field or parameter. */
export const invalidField = (loc: ValidationIssue['loc'], msg: string, type = 'value_error'): InvalidRequest =>
  new InvalidRequest([{ loc, msg, type }]);

const errorTypes = new Map([
  [401, 'authentication_error'],
  [402, 'payment_required'],
  [403, 'authorization_error'],
  [404, 'not_found'],
  [409, 'conflict'],
  [429, 'rate_limit_error'],
]);

/** Returns the new format's `type` for an HTTP status. */
const errorType = (status: number): string =>
  errorTypes.get(status) ?? (status >= 500 ? 'internal_error' : 'validation_error');

const bodyOf = ({ status, code, message, param }: ApiError, shape: ErrorShape, requestId: string): unknown => {
  if (shape === 'string') return { detail: message };
  if (shape === 'old') return { detail: { status: code, message } };
  const type = errorType(status);
  return {
    detail: { type, code, message, status: code, request_id: requestId, ...(param !== undefined && { param }) },
  };
};

/** Converts an error of an operation or a fault to a response. Any other error becomes a 500 that says so. */
export const errorAnswer = (error: unknown, shape: ErrorShape, requestId: string): Answer => {
  if (error instanceof InvalidRequest) return jsonAnswer(422, { detail: error.issues });
  if (!(error instanceof ApiError))
    return errorAnswer(
      new ApiError(500, 'simulator_failed', `The simulator failed: ${String(error)}`),
      shape,
      requestId,
    );
  if (shape !== 'html') return jsonAnswer(error.status, bodyOf(error, shape, requestId));
  const body = `<html><head><title>${error.status}</title></head><body><h1>Error ${error.status}</h1></body></html>`;
  return { status: error.status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
};

/** A recording that is generated while it is sent. */
export interface Recording {
  /** Size in bytes, at least 1024. */
  readonly sizeBytes: number;
  /** Bytes that are sent before the connection breaks. Equal to `sizeBytes` if the recording is complete. */
  readonly sentBytes: number;
}

/** 128 kbit/s at 44.1 kHz without padding. */
const frameBytes = 417;
const framesPerChunk = 157;
const id3HeaderBytes = 10;

/** A silent frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono. */
const silentFrame = Buffer.alloc(frameBytes);
silentFrame.writeUInt32BE(0xff_fb_90_c4, 0);

const manyFrames = Buffer.concat(Array.from({ length: framesPerChunk }, () => silentFrame));

/** Creates an ID3v2.4 tag that contains only padding, at most 426 bytes. https://id3.org/id3v2.4.0-structure */
const emptyTag = (tagBytes: number): Buffer => {
  const tag = Buffer.alloc(tagBytes);
  const paddingBytes = tagBytes - id3HeaderBytes;
  tag.write('ID3\x04', 'latin1');
  tag.set([paddingBytes >> 7, paddingBytes & 0x7f], 8);
  return tag;
};

const wholeRecording = function* (sizeBytes: number): Generator<Buffer> {
  const tagBytes = id3HeaderBytes + ((sizeBytes - id3HeaderBytes) % frameBytes);
  yield emptyTag(tagBytes);
  for (let left = sizeBytes - tagBytes; left > 0; left -= manyFrames.length)
    yield left < manyFrames.length ? manyFrames.subarray(0, left) : manyFrames;
};

/**
 * Yields the bytes of a silent MP3 of exactly this size, 64 KB at a time: an empty tag, then whole frames. `sentBytes`
 * may cut the last frame.
 */
export const recordingChunks = function* ({ sizeBytes, sentBytes }: Recording): Generator<Buffer> {
  let left = sentBytes;
  for (const chunk of wholeRecording(sizeBytes)) {
    if (left <= 0) return;
    yield chunk.subarray(0, left);
    left -= chunk.length;
  }
};

/** A complete response, ready to send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Recording;
  /** The created voice or conversation, for the record of requests. */
  readonly madeId?: string;
}

/** Creates a JSON response. Later changes to the value do not affect it. */
export const jsonAnswer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** Returns the first half of a response's body. A recording then ends with a broken connection. */
export const halfOf = (answer: Answer): Answer => {
  const { body } = answer;
  if (typeof body === 'string') return { ...answer, body: body.slice(0, Math.floor(body.length / 2)) };
  return { ...answer, body: { ...body, sentBytes: Math.floor(body.sizeBytes / 2) } };
};

/** Sends chunks without a declared length, as ElevenLabs does. Keeps only a few chunks in memory. */
const sendRecording = async (response: ServerResponse, recording: Recording): Promise<void> => {
  await pipeline(Readable.from(recordingChunks(recording)), response, { end: false });
  if (recording.sentBytes === recording.sizeBytes) response.end();
  else response.socket?.destroySoon();
};

/** Sends a response unless its client has disconnected. */
export const sendAnswer = (response: ServerResponse, { status, headers, body }: Answer): void => {
  if (response.destroyed) return;
  if (typeof body !== 'string') {
    response.writeHead(status, headers);
    sendRecording(response, body).catch(() => response.destroy());
    return;
  }
  const isEmpty = status === 204;
  response.writeHead(status, isEmpty ? {} : { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(isEmpty ? undefined : body);
};
