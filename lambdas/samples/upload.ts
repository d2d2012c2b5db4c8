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
  'audio/ogg': 'ogg',
  'application/ogg': 'ogg',
};

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const contentTypeNames = Object.keys(uploadContentTypes);

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
    .toLowerCase()
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
  const isOurs =
    elevenLabsId.safeParse(conversationId).success && sha256Hex.safeParse(sha256).success && more.length === 0;
  return isOurs && conversationId !== undefined && sha256 !== undefined ? { conversationId, sha256 } : undefined;
};

/** Where S3 keeps an upload. */
export const uploadKey = ({ conversationId, sha256 }: Upload): string => `uploads/${conversationId}/${sha256}`;
