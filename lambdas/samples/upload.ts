import * as z from 'zod';
import { consentField } from '../callers/consent';
import { elevenLabsId } from '../platform/ids';
import type { SampleFormat } from './voice-sample';

/** How long an upload may be used after it arrived, in seconds. */
export const uploadValidS = 86_400;

/** The content types that an upload may be announced with, and the format that each stands for. */
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

/** A content type without its parameters, such as `codecs`, in lower case. */
export const plainContentType = (contentType: string): string => contentType.replace(/;.*$/s, '').trim().toLowerCase();

/**
 * What a sender says of a sample that it wants to upload; the exact type keeps a signed body from fitting another
 * route.
 */
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

/** Which upload is meant: it belongs to one conversation and has one content. */
export interface Upload {
  readonly conversationId: string;
  readonly sha256: string;
}

/** The id by which a pre-call names an upload. */
export const uploadId = ({ conversationId, sha256 }: Upload): string => `${conversationId}.${sha256}`;

/** The upload that an id names; undefined if no upload can have this id. */
export const readUploadId = (id: string): Upload | undefined => {
  const [conversationId, sha256, ...more] = id.split('.');
  const conversation = elevenLabsId.safeParse(conversationId);
  const digest = sha256Hex.safeParse(sha256);
  return conversation.success && digest.success && more.length === 0
    ? { conversationId: conversation.data, sha256: digest.data }
    : undefined;
};

/** Where S3 keeps an upload. */
export const uploadKey = ({ conversationId, sha256 }: Upload): string => `uploads/${conversationId}/${sha256}`;
