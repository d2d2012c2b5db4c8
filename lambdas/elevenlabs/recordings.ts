import { Readable } from 'node:stream';
import { mp3Problem } from '../calls/recording-content';
import type { Deadline } from '../platform/deadline';
import { ElevenLabsError, readConnectionError, readErrorAnswer } from './errors';
import { exchange, readJson, unlessRedirected } from './http-client';
import { logApiCall, requestIdOf } from './log-api-call';
import { type Connection, urlOf } from './request';

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
  const url = urlOf(connection, `/v1/convai/conversations/${conversationId}/audio`);
  const headers = { 'xi-api-key': await connection.apiKey() };
  const timeoutMs = Math.max(1, deadline.leftMs());
  const response = await exchange({ url, method: 'GET', headers, timeoutMs, isRepeatable: true }, deadline)
    .then(unlessRedirected)
    .catch((error: unknown) => {
      throw readConnectionError(error);
    });
  const { statusCode: status = 0 } = response;
  logApiCall(connection, 'get_conversation_audio', { startedMs, status, requestId: requestIdOf(response) });
  if (status < 200 || status > 299)
    throw readErrorAnswer(status, await readJson(response), response.headers['retry-after'] ?? null, Date.now());
  return checked(chunksOf(response));
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
  throw new ElevenLabsError('unavailable', 'recording_not_mp3');
};

const following = async function* (head: Uint8Array, others: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield head;
  yield* others;
};

/** Yields the body chunk by chunk. Closes the connection if not all of it is read. */
const chunksOf = async function* (body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body;
};
