import { createHash } from 'node:crypto';
import { elevenLabsId } from '../platform/ids';
import { foreignId, objectIn } from './json-fields';
import type { CallEndEvent, FailureEvent, PostCallEvent } from './post-call-event';

/** Which call something belongs to: a conversation of ElevenLabs, or a call of the flat form's sender. */
export type CallId = { readonly conversationId: string } | { readonly foreignId: string };

/** The call that an event ends. */
export const callIdOf = (event: CallEndEvent): CallId =>
  event.kind === 'flat'
    ? { foreignId: event.callId }
    : event.conversationId === undefined
      ? { foreignId: failedCallId(event) }
      : { conversationId: event.conversationId };

/** A call that failed without a conversation is known by its provider's id, else by its event. */
const failedCallId = ({ data }: Pick<FailureEvent, 'data'>): string => {
  const body = objectIn(objectIn(data, 'metadata'), 'body');
  const ids = [body['CallSid'], body['call_sid'], data['call_sid'], data['CallSid']];
  return ids.map((id) => foreignId.safeParse(id).data).find((id) => id !== undefined) ?? JSON.stringify(data);
};

/** The id of a call's record in the ledger: the conversation's id, or the SHA-256 of a foreign id. */
export const recordIdOf = (call: CallId): string =>
  'foreignId' in call ? sha256Hex(call.foreignId) : call.conversationId;

/**
 * The S3 key of a post-call body as it came. `sha256` is that of the body, in hex: the same body always has the same
 * key, and different bodies have different keys.
 */
export const rawBodyKey = (event: PostCallEvent, sha256: string): string =>
  `postcall/raw/${callSegment(event)}/${event.kind === 'flat' ? 'flat' : typeSlug(event.type)}/${sha256}.json`;

const callSegment = (event: PostCallEvent): string => {
  if (event.kind === 'flat' || event.kind === 'failure') return segment(callIdOf(event));
  return event.conversationId === undefined ? 'none' : segment({ conversationId: event.conversationId });
};

/**
 * The S3 key of a transcript that was made of the body with this SHA-256: `json` as it came, `txt` for people. A late
 * duplicate has the key of its first delivery, so that it never overwrites a correction.
 */
export const transcriptKey = (call: CallId, sha256: string, extension: 'json' | 'txt'): string =>
  `transcripts/${segment(call)}/${sha256.slice(0, 16)}.${extension}`;

/** The S3 key of a conversation's recording. */
export const recordingKey = (conversationId: string): string => `recordings/${segment({ conversationId })}.mp3`;

/** A foreign id may hold anything, even a telephone number, and so may an invalid id: keys hold their SHA-256. */
const segment = (call: CallId): string => {
  if ('foreignId' in call) return sha256Hex(call.foreignId);
  return elevenLabsId.safeParse(call.conversationId).success ? call.conversationId : sha256Hex(call.conversationId);
};

/**
 * A type as keys and logs may show it. A type that is not a plain name of letters becomes a part of its SHA-256,
 * because it may hold anything, even a telephone number.
 */
export const typeSlug = (type: string): string =>
  /^[a-z_]{1,64}$/.test(type) ? type : `type-${sha256Hex(type).slice(0, 16)}`;

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
