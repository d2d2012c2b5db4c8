import type { Conversations } from '../../ledger/conversations';
import { end } from '../ended-conversation';

/** How long an end is kept, in seconds: longer than any sender repeats a pre-call. */
export const endKeptS = 48 * 3600;

/**
 * Writes the end of a conversation, even if the ledger does not have it. After that, nothing claims or completes the
 * conversation. `callUntilS`: until when a live call keeps the voice, in unix seconds; without it, the call is over.
 * Throws 503 when the ledger fails.
 */
export const writeEnd = async (
  conversationId: string,
  { conversations, nowMs }: { conversations: Pick<Conversations, 'write'>; nowMs: () => number },
  callUntilS?: number,
): Promise<void> => {
  await conversations.write(
    conversationId,
    end(conversationId, { endedAtMs: nowMs(), expiresAtS: Math.floor(nowMs() / 1000) + endKeptS, callUntilS }),
  );
};
