import type { Conversations } from '../../ledger/conversations';

/** How long an end is remembered, in seconds: longer than any sender repeats a pre-call. */
const endKeptS = 48 * 3600;

/** Writes the end of a conversation, known or not; nothing claims or completes it from then on. Throws 503. */
export const writeEnd = async (
  conversationId: string,
  { conversations, nowMs }: { conversations: Conversations; nowMs: () => number },
): Promise<void> => {
  await conversations.end(conversationId, nowMs(), Math.floor(nowMs() / 1000) + endKeptS);
};
