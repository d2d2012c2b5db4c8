import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/**
 * A message of the voice-deletion queue. It contains only ids; the worker reads the rest from the ledger. It may arrive
 * late, twice or out of order.
 */
export const deletionJob = z.discriminatedUnion('reason', [
  /**
   * A pre-call failed after cloning began, or crashed and reconcile found it. Without a `voice_id`, the outcome of the
   * clone is unknown: the worker searches for the voice by the name in the conversation's item.
   */
  z.object({
    reason: z.enum(['precall_failed', 'claim_stuck']),
    conversation_id: elevenLabsId,
    agent_id: elevenLabsId,
    voice_id: elevenLabsId.nullable(),
  }),
  /** A conversation is over, and its end is in the ledger. */
  z.object({ reason: z.literal('conversation_ended'), conversation_id: elevenLabsId }),
  /**
   * A pre-call was answered. It ends if no call takes it in time, or at once if a newer pre-call replaces it. It never
   * ends while a call uses its voice.
   */
  z.object({
    reason: z.literal('precall_untaken'),
    conversation_id: elevenLabsId,
    is_replaced: z.boolean().optional(),
  }),
  /** A voice has expired, or its deletion has begun and is not finished. */
  z.object({ reason: z.literal('voice_expired'), voice_id: elevenLabsId }),
  /**
   * A caller was erased or withdrew: this voice of theirs is deleted, even if it is in use or was to be kept longer.
   * With `asked_at` (unix seconds), a live call keeps it for the time of the longest call after that.
   */
  z.object({ reason: z.literal('caller_erased'), voice_id: elevenLabsId, asked_at: z.number().optional() }),
  /**
   * The caller of this conversation was erased or withdrew: it ends, and the worker searches for any voice it may have.
   * A live call keeps its voice for the time of the longest call after `asked_at` (unix seconds, default: now).
   */
  z.object({
    reason: z.literal('conversation_erased'),
    conversation_id: elevenLabsId,
    asked_at: z.number().optional(),
  }),
  /** A voice at ElevenLabs has this installation's mark but is not in the ledger; these agents may have it. */
  z.object({
    reason: z.literal('voice_orphaned'),
    voice_id: elevenLabsId,
    conversation_id: elevenLabsId.nullable(),
    agent_ids: z.array(elevenLabsId),
  }),
  /** A clone was being made when its caller was erased. `clone_id` is random and replaces the conversation's id. */
  z.object({ reason: z.literal('clone_erased'), clone_id: elevenLabsId }),
  /** An agent may have a voice or greeting of Precall although none of its conversations is live. */
  z.object({ reason: z.literal('agent_not_restored'), agent_id: elevenLabsId }),
]);

/** A job that deletes a voice or restores an agent, unless a live conversation needs it. */
export type DeletionJob = z.infer<typeof deletionJob>;

/** A pre-call that failed or crashed. */
export type WithdrawnPreCall = Extract<DeletionJob, { reason: 'precall_failed' | 'claim_stuck' }>;
