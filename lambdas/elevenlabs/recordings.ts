import { Readable } from 'node:stream';
import { mp3Problem } from '../calls/recording-content';
import type { Deadline } from '../platform/deadline';
import { ElevenLabsError, readConnectionError, readErrorAnswer } from './errors';
import { logApiCall, requestIdOf } from './log-api-call';
import type { Connection } from './request';

/** How much of a recording is checked, in bytes: its tags and the beginning of its sound. */
const headBytes = 1_048_576;

/**
 * Opens a conversation's recording as a stream (`GET /v1/convai/conversations/{id}/audio`), which ends at the deadline.
 * First checks that the beginning is an MP3. Does not retry, because the job is retried. Throws ElevenLabsError:
 * `conversation_not_found` while no recording exists, `recording_not_mp3` if the content is empty or not an MP3.
 */
export const openRecording = async (
  connection: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<Readable> => {
  const startedMs = performance.now();
  const url = `${connection.baseUrl.replace(/\/+$/, '')}/v1/convai/conversations/${conversationId}/audio`;
  const response = await fetch(url, {
    headers: { 'xi-api-key': await connection.apiKey() },
    signal: AbortSignal.timeout(Math.max(1, deadline.leftMs())),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw readConnectionError(error);
  });
  const { status } = response;
  logApiCall(connection, 'get_conversation_audio', { startedMs, status, requestId: requestIdOf(response) });
  if (!response.ok) throw readErrorAnswer(response.status, await jsonOf(response), response.headers.get('retry-after'));
  if (response.body === null) throw new ElevenLabsError('unavailable', 'unexpected_answer', false);
  return checked(chunksOf(response.body));
};

const checked = async (chunks: AsyncGenerator<Uint8Array>): Promise<Readable> => {
  const first: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    while (sizeBytes < headBytes) {
      const next = await chunks.next();
      if (next.done === true) break;
      first.push(next.value);
      sizeBytes += next.value.length;
    }
  } catch (error) {
    throw readConnectionError(error);
  }
  const head = Buffer.concat(first);
  if (mp3Problem(head, 'the recording') === undefined) return Readable.from(following(head, chunks));
  await chunks.return(undefined);
  throw new ElevenLabsError('unavailable', 'recording_not_mp3', false);
};

const following = async function* (head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield head;
  yield* rest;
};

const jsonOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const chunksOf = async function* (body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
};
