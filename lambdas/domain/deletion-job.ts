import * as z from 'zod';
import { elevenLabsId } from './ids';

/**
 * A message of the voice-deletion queue. It carries ids alone: the worker reads the rest from the ledger. Without a
 * `voice_id` the outcome of the clone is unknown, and the worker looks for the voice by the name in the conversation's item.
 */
export const deletionJob = z.object({
  reason: z.enum(['precall_failed']),
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId,
  voice_id: elevenLabsId.nullable(),
});

/** One voice to delete, if its conversation has not come to use it in the meantime. */
export type DeletionJob = z.infer<typeof deletionJob>;
