import { elevenLabsId } from '../lambdas/platform/ids';
import { conversationItem } from '../lambdas/voices/conversation';
import { type Installation, OperationError } from './installation';
import { itemKey, readItem } from './ledger';
import { queueDeletion } from './queues';

/**
 * Queues the end of a conversation, as if its call had ended. The agent gets its own voice back, and the clone is
 * deleted or kept. Throws OperationError if the conversation is unknown or has ended.
 */
export const endCall = async (installation: Installation, conversationId: string): Promise<void> => {
  const known = elevenLabsId.safeParse(conversationId).success
    ? await readItem(installation, itemKey('conversation', conversationId), conversationItem)
    : undefined;
  if (known === undefined)
    throw new OperationError('not_found', `${installation.title} knows no conversation ${conversationId}.`);
  if (known.ended_at !== undefined)
    throw new OperationError(
      'refused',
      `The conversation ${conversationId} ended at ${new Date(known.ended_at).toISOString()}.`,
    );
  await queueDeletion(installation, { reason: 'conversation_ended', conversation_id: conversationId });
};
