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

/** A voice that the caller's later calls may reuse. It may be deleted by now. */
export const offeredVoice = z.object({
  voice_id: elevenLabsId,
  sample_digest: z.string(),
  /** The voice is not deleted before this time, in unix seconds, whatever happens to calls. */
  valid_until: z.number().default(0),
});

/** A voice that is offered for the caller's later calls. */
export interface Offer {
  readonly voiceId: string;
  readonly sampleDigest: string;
  /** The voice is not deleted before this time, in unix seconds. */
  readonly validUntilS: number;
}

/** Converts an offer to the form that a caller's item stores. */
export const reusableVoice = ({ voiceId, sampleDigest, validUntilS }: Offer): z.infer<typeof offeredVoice> => ({
  voice_id: voiceId,
  sample_digest: sampleDigest,
  valid_until: validUntilS,
});

/** Replaces the claim that was read with a new one, unless the caller's data has been erased since. */
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

/** Ends the claim. Stores the voice, if one was made. */
export const finishClone = (cloneId: string, offer: Offer | undefined): Transition => ({
  region: 'clone',
  from: { 'clone.clone_id': { is: cloneId } },
  to: { clone: undefined, ...(offer !== undefined && { reusable: reusableVoice(offer) }) },
});
