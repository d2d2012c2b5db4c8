import { createHash } from 'node:crypto';
import { elevenLabsId } from '../platform/ids';
import { foreignId, objectIn } from './json-fields';
import type { CallEndEvent, FailureEvent, PostCallEvent } from './post-call-event';

/** Identifies a call: by a conversation at ElevenLabs, or by a foreign id. */
export type CallId = { readonly conversationId: string } | { readonly foreignId: string };

/** Returns the id of the call that an event ends. */
export const callIdOf = (event: CallEndEvent): CallId => {
  if (event.kind === 'flat') return { foreignId: event.callId };
  if (event.conversationId !== undefined) return { conversationId: event.conversationId };
  return { foreignId: failedCallId(event) };
};

/** Identifies a call that failed without a conversation: by its provider's id, otherwise by its event. */
const failedCallId = ({ data }: Pick<FailureEvent, 'data'>): string => {
  const body = objectIn(objectIn(data, 'metadata'), 'body');
  const ids = [body['CallSid'], body['call_sid'], data['call_sid'], data['CallSid']];
  return ids.map((id) => foreignId.safeParse(id).data).find((id) => id !== undefined) ?? JSON.stringify(data);
};

/** Returns the id of a call's record in the ledger: the conversation id, or the SHA-256 of a foreign id. */
export const recordIdOf = (call: CallId): string =>
  'foreignId' in call ? sha256Hex(call.foreignId) : call.conversationId;

/**
 * Returns the S3 key of a post-call body. `sha256` is the body's SHA-256 in hex. The same body always has the same key,
 * and different bodies have different keys.
 */
export const rawBodyKey = (event: PostCallEvent, sha256: string): string =>
  `postcall/raw/${callSegment(event)}/${event.kind === 'flat' ? 'flat' : typeSlug(event.type)}/${sha256}.json`;

const callSegment = (event: PostCallEvent): string => {
  if (event.kind === 'flat' || event.kind === 'failure') return segment(callIdOf(event));
  return event.conversationId === undefined ? 'none' : segment({ conversationId: event.conversationId });
};

/**
 * Returns the S3 key of a transcript from the body with this SHA-256. `json` is the original, `txt` is for people. A
 * late duplicate has the key of its first delivery, so it never overwrites a correction.
 */
export const transcriptKey = (call: CallId, sha256: string, extension: 'json' | 'txt'): string =>
  `transcripts/${segment(call)}/${sha256.slice(0, 16)}.${extension}`;

/** Returns the S3 key of a conversation's recording. */
export const recordingKey = (conversationId: string): string => `recordings/${segment({ conversationId })}.mp3`;

/** Returns a call's key segment. Foreign and invalid ids may contain a phone number, so their SHA-256 is used. */
const segment = (call: CallId): string => {
  if ('foreignId' in call) return sha256Hex(call.foreignId);
  return elevenLabsId.safeParse(call.conversationId).success ? call.conversationId : sha256Hex(call.conversationId);
};

/**
 * Returns an event type for keys and logs. If it is not a plain name of letters, returns part of its SHA-256. It may
 * contain anything, even a phone number.
 */
export const typeSlug = (type: string): string =>
  /^[a-z_]{1,64}$/.test(type) ? type : `type-${sha256Hex(type).slice(0, 16)}`;

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
