import { Readable } from 'node:stream';
import type { Deadline } from '../../shared/deadline';
import { ElevenLabsError, readConnectionError, readErrorAnswer } from './errors';
import type { Connection } from './request';

/**
 * The recording of a conversation as a stream (`GET /v1/convai/conversations/{id}/audio`), cut off at the deadline. Not repeated here:
 * the job is. Throws ElevenLabsError, `conversation_not_found` while there is none.
 */
export const openRecording = async (
  { baseUrl, apiKey, log }: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<Readable> => {
  const startedMs = performance.now();
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/convai/conversations/${conversationId}/audio`;
  const response = await fetch(url, {
    headers: { 'xi-api-key': await apiKey() },
    signal: AbortSignal.timeout(Math.max(1, deadline.leftMs())),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw readConnectionError(error);
  });
  log.info('elevenlabs_call', {
    operation: 'get_conversation_audio',
    status: response.status,
    duration_ms: Math.round(performance.now() - startedMs),
    elevenlabs_request_id: response.headers.get('request-id') ?? response.headers.get('x-trace-id'),
  });
  if (!response.ok) throw readErrorAnswer(response.status, await jsonOf(response), response.headers.get('retry-after'));
  if (response.body === null) throw new ElevenLabsError('unavailable', 'unexpected_answer', false);
  return Readable.from(chunksOf(response.body));
};

const jsonOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const chunksOf = async function* (body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
};
