import * as z from 'zod';
import { consentField } from '../callers/consent';
import { elevenLabsId } from '../platform/ids';
import type { SampleFormat } from './voice-sample';

/** How long an upload may be used after it arrived, in seconds. */
export const uploadValidS = 86_400;

/** The accepted content types of an upload, and the format of each. */
export const uploadContentTypes: Readonly<Record<string, SampleFormat>> = {
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/x-mp3': 'mp3',
  'audio/x-mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'audio/vorbis': 'ogg',
  'application/ogg': 'ogg',
};

const sha256Hex = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');
const contentTypeNames = Object.keys(uploadContentTypes);

/** Returns a content type in lower case, without parameters such as `codecs`. */
export const plainContentType = (contentType: string): string => contentType.replace(/;.*$/s, '').trim().toLowerCase();

/** A request to upload a sample. The exact `type` makes other routes reject a signed body. */
export const uploadRequest = z.object({
  type: z.literal('upload_request'),
  conversation_id: elevenLabsId,
  /** SHA-256 of the file. */
  sha256: sha256Hex,
  content_type: z
    .string()
    .overwrite(plainContentType)
    .refine((name) => contentTypeNames.includes(name), `expected one of ${contentTypeNames.join(', ')}`),
  size_bytes: z.int().min(1),
  consent: consentField.nullish(),
});

/** A sample that a sender wants to upload. */
export type UploadRequest = z.infer<typeof uploadRequest>;

/** Identifies an upload by its conversation and its content. */
export interface Upload {
  readonly conversationId: string;
  readonly sha256: string;
}

/** Returns the id by which a pre-call names an upload. */
export const uploadId = ({ conversationId, sha256 }: Upload): string => `${conversationId}.${sha256}`;

/** Returns the upload that an id names. Returns undefined if the id cannot name an upload. */
export const readUploadId = (id: string): Upload | undefined => {
  const [conversationId, sha256, ...more] = id.split('.');
  const conversation = elevenLabsId.safeParse(conversationId);
  const digest = sha256Hex.safeParse(sha256);
  return conversation.success && digest.success && more.length === 0
    ? { conversationId: conversation.data, sha256: digest.data }
    : undefined;
};

/** Returns the S3 key of an upload. */
export const uploadKey = ({ conversationId, sha256 }: Upload): string => `uploads/${conversationId}/${sha256}`;
