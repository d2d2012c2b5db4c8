import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import type { Transition } from '../platform/transition';

/*
 * The clone that is made of a caller for calls that start elsewhere. One attempt at a time holds the claim.
 *
 *            claimClone                  finishClone (with a voice, or without)
 *   (none) ──────────────► being made ──────────────────────────────────────────► (none)
 *                            ▲   │
 *                            └───┘ claimClone after the lease: the earlier attempt's clone is searched for
 */

/** A caller's clone that is being created. */
export const callerClone = z.object({
  /** Random ID of the clone. The voice's description contains it instead of a conversation ID. */
  clone_id: elevenLabsId,
  voice_name: z.string(),
  sample_digest: z.string(),
  /** Unix milliseconds. */
  lease_until: z.number(),
});

/** A caller's clone that is being created. */
export type CallerClone = z.infer<typeof callerClone>;

/** A voice of a caller that later calls may use again; it may be gone. */
export const offeredVoice = z.object({
  voice_id: elevenLabsId,
  sample_digest: z.string(),
  /** Unix seconds: whatever happens to calls, it is not deleted before. */
  valid_until: z.number().default(0),
});

/** A voice that is offered for a caller's later calls. */
export interface Offer {
  readonly voiceId: string;
  readonly sampleDigest: string;
  /** Unix seconds: it is not deleted before. */
  readonly validUntilS: number;
}

/** An offer in the form that a caller's item stores. */
export const reusableVoice = ({ voiceId, sampleDigest, validUntilS }: Offer): z.infer<typeof offeredVoice> => ({
  voice_id: voiceId,
  sample_digest: sampleDigest,
  valid_until: validUntilS,
});

/**
 * Replaces the claim that was read with a new claim on the clone, unless the caller's data has been erased in the
 * meantime.
 */
export const claimClone = (
  { clone, erased_at }: { readonly clone?: CallerClone | undefined; readonly erased_at?: number | undefined },
  claim: CallerClone,
): Transition => ({
  region: 'clone',
  from: {
    pk: 'present',
    erased_at: erased_at === undefined ? 'absent' : { is: erased_at },
    ...(clone === undefined
      ? { clone: 'absent' }
      : { 'clone.clone_id': { is: clone.clone_id }, 'clone.lease_until': { is: clone.lease_until } }),
  },
  to: { clone: claim },
});

/** Ends the claim, with the voice that was made or without. */
export const finishClone = (cloneId: string, made: Offer | undefined): Transition => ({
  region: 'clone',
  from: { 'clone.clone_id': { is: cloneId } },
  to: { clone: undefined, ...(made !== undefined && { reusable: reusableVoice(made) }) },
});
