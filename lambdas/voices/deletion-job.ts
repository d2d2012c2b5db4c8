import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/**
 * A message of the voice-deletion queue. It carries ids alone: the worker reads the rest from the ledger, and each job
 * may come late, twice, or in any order.
 */
export const deletionJob = z.discriminatedUnion('reason', [
  /**
   * A pre-call failed after its clone, or died and was found by reconcile. Without a `voice_id` the outcome of the
   * clone is unknown, and the voice is looked for by the name in the conversation's item.
   */
  z.object({
    reason: z.enum(['precall_failed', 'claim_stuck']),
    conversation_id: elevenLabsId,
    agent_id: elevenLabsId,
    voice_id: elevenLabsId.nullable(),
  }),
  /** A conversation is over; its end is in the ledger. */
  z.object({ reason: z.literal('conversation_ended'), conversation_id: elevenLabsId }),
  /** A pre-call was answered: it ends if no call takes it in time. */
  z.object({ reason: z.literal('precall_untaken'), conversation_id: elevenLabsId }),
  /** A voice's time is over, or its deletion was begun and not finished. */
  z.object({ reason: z.literal('voice_expired'), voice_id: elevenLabsId }),
  /** A caller was erased: this voice of theirs goes, whoever uses it and however long it was to be kept. */
  z.object({ reason: z.literal('caller_erased'), voice_id: elevenLabsId }),
  /** The caller of this conversation was erased: it ends, and a voice that it may have is found. */
  z.object({ reason: z.literal('conversation_erased'), conversation_id: elevenLabsId }),
  /** A voice at ElevenLabs with our mark that the ledger does not know; these agents may have it. */
  z.object({
    reason: z.literal('voice_orphaned'),
    voice_id: elevenLabsId,
    conversation_id: elevenLabsId.nullable(),
    agent_ids: z.array(elevenLabsId),
  }),
  /**
   * A clone that was being made of a caller who was erased meanwhile; it has this random id in place of a
   * conversation's.
   */
  z.object({ reason: z.literal('clone_erased'), clone_id: elevenLabsId }),
  /** An agent may have one of our voices or greetings although no conversation of it is live. */
  z.object({ reason: z.literal('agent_not_restored'), agent_id: elevenLabsId }),
]);

/** Something to take back or delete, if it is not in use. */
export type DeletionJob = z.infer<typeof deletionJob>;

/** A pre-call that came to nothing. */
export type WithdrawnPreCall = Extract<DeletionJob, { reason: 'precall_failed' | 'claim_stuck' }>;
