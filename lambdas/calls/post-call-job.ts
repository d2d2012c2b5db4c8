import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** A message in the post-call queue. It refers to its content in S3. It may arrive late, twice and in any order. */
export const postCallJob = z.discriminatedUnion('kind', [
  /** An ingested body: one event, or one call in the flat form. */
  z.object({
    kind: z.literal('body'),
    /** The body's key in S3. */
    key: z.string().regex(/^postcall\/raw\/[\w/.-]{1,512}$/),
    /** SHA-256 of the body in hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** A recording to fetch from ElevenLabs. */
  z.object({
    kind: z.literal('recording'),
    conversation_id: elevenLabsId,
    /** Unix seconds. */
    requested_at: z.number().optional(),
  }),
]);

/** A job for a finished call. */
export type PostCallJob = z.infer<typeof postCallJob>;

/** A recording to fetch from ElevenLabs. */
export type WantedRecording = Extract<PostCallJob, { kind: 'recording' }>;

/** An ingested body. */
export type IngestedBody = Extract<PostCallJob, { kind: 'body' }>;
