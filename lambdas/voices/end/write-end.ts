import type { Conversations } from '../../ledger/conversations';
import { end } from '../conversation';

/** How long an end is kept, in seconds: longer than any sender repeats a pre-call. */
export const endKeptS = 48 * 3600;

/**
 * Writes the end of a conversation, even if the ledger does not have it. After that, nothing claims or completes the
 * conversation. Throws 503 when the ledger fails.
 */
export const writeEnd = async (
  conversationId: string,
  { conversations, nowMs }: { conversations: Pick<Conversations, 'write'>; nowMs: () => number },
): Promise<void> => {
  await conversations.write(conversationId, end(conversationId, nowMs(), Math.floor(nowMs() / 1000) + endKeptS));
};
