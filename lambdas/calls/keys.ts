import { createHash } from 'node:crypto';
import { elevenLabsId } from '../platform/ids';

/** Which call an object is about: a conversation of ElevenLabs, or a call of the flat form's sender. */
export type CallId = { readonly conversationId: string } | { readonly foreignId: string };

/** What a raw body is kept under. */
export interface RawBody {
  /** Undefined for an event that names no conversation. */
  readonly call: CallId | undefined;
  /** The event's type as it came, `flat` for the flat form. */
  readonly type: string;
  /** SHA-256 of the body in hex. */
  readonly sha256: string;
}

/** Where S3 keeps a post-call body as it came: the same body has the same key, another one about the same call another. */
export const rawBodyKey = ({ call, type, sha256 }: RawBody): string =>
  `postcall/raw/${call === undefined ? 'none' : segment(call)}/${typeSlug(type)}/${sha256}.json`;

/**
 * Where S3 keeps a transcript, made of the body with this SHA-256: `json` as it came, `txt` for people. The same body has the same
 * key, so that a late duplicate never takes the place of a correction.
 */
export const transcriptKey = (call: CallId, sha256: string, extension: 'json' | 'txt'): string =>
  `transcripts/${segment(call)}/${sha256.slice(0, 16)}.${extension}`;

/** Where S3 keeps the recording of a conversation. */
export const recordingKey = (conversationId: string): string => `recordings/${segment({ conversationId })}.mp3`;

/** Foreign ids may hold anything, telephone numbers too: they become their SHA-256, and so does what only claims to be an id. */
const segment = (call: CallId): string => {
  if ('foreignId' in call) return sha256Hex(call.foreignId);
  return elevenLabsId.safeParse(call.conversationId).success ? call.conversationId : sha256Hex(call.conversationId);
};

/**
 * A type as it may stand in keys and logs: one that is no plain name of letters becomes a piece of its digest, since it may hold
 * anything, telephone numbers too.
 */
export const typeSlug = (type: string): string =>
  /^[a-z_]{1,64}$/.test(type) ? type : `type-${sha256Hex(type).slice(0, 16)}`;

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
