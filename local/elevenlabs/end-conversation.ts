import { amendConversation } from './conversations';
import type { SimulatorState } from './state';

/** Lets a conversation be `done` after a while, unless it has ended or is forgotten by then. Keeps no process alive. */
export const endConversationAfter = (state: SimulatorState, conversationId: string, ms: number): void => {
  const end = (): void => {
    const status = state.conversations.find((known) => known.conversationId === conversationId)?.status;
    if (status === undefined || status === 'done' || status === 'failed') return;
    amendConversation(state, conversationId, { status: 'done', durationS: Math.ceil(ms / 1000) });
  };
  setTimeout(end, ms).unref();
};
