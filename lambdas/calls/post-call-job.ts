import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

const rawBody = {
  /** Where S3 keeps the body as it came. */
  key: z.string().regex(/^postcall\/raw\/[\w/.-]{1,512}$/),
  /** SHA-256 of the body in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
};

/** A message of the post-call queue: a pointer, never the content. It may come late, twice, or in any order. */
export const postCallJob = z.discriminatedUnion('kind', [
  /** A body that was taken in: one event, or one call in the flat form. */
  z.object({ kind: z.literal('body'), ...rawBody }),
  /** A recording that is to be fetched from ElevenLabs. */
  z.object({
    kind: z.literal('recording'),
    conversation_id: elevenLabsId,
    /** Unix seconds: from then on it is waited for. */
    requested_at: z.number().optional(),
  }),
]);

/** Something to be worked off after a call. */
export type PostCallJob = z.infer<typeof postCallJob>;

/** A recording that is to be fetched. */
export type WantedRecording = Extract<PostCallJob, { kind: 'recording' }>;

/** A body that was taken in. */
export type TakenBody = Extract<PostCallJob, { kind: 'body' }>;
