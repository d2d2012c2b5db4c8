import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Recording, recordingChunks } from './recording';

/** A whole answer, ready to send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Recording;
  /** The voice or conversation that was made, for the record of requests. */
  readonly madeId?: string;
}

/** An answer of JSON, as the value is at this moment. */
export const jsonAnswer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** The first half of an answer's body; that of a recording then ends in a broken connection. */
export const halfOf = (answer: Answer): Answer => {
  const { body } = answer;
  if (typeof body === 'string') return { ...answer, body: body.slice(0, Math.floor(body.length / 2)) };
  return { ...answer, body: { ...body, sentBytes: Math.floor(body.sizeBytes / 2) } };
};

/** In chunks without a length, as ElevenLabs declares none; what is waiting to be sent never exceeds a few chunks. */
const sendRecording = async (response: ServerResponse, recording: Recording): Promise<void> => {
  await pipeline(Readable.from(recordingChunks(recording)), response, { end: false });
  if (recording.sentBytes === recording.sizeBytes) response.end();
  else response.socket?.destroySoon();
};

/** Sends an answer; one whose client has gone is dropped. */
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
