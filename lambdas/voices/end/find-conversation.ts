import { conversationsWith } from '../../callers/caller';
import type { EndedCall } from '../../calls/ended-call';
import { isAnswered } from '../conversation';
import type { EndCallDeps } from './end-call';

/**
 * The conversation that a call which ended belongs to, in this order:
 * 1. the one of the call's own id;
 * 2. the one that the variable `precall_conversation_id` names, if it has the same agent, because a client can set
 *    variables;
 * 3. one of this caller with this agent that was answered and has not ended.
 *
 * Undefined for a call that is not known, or whose end was processed before. Throws 503.
 */
export const findConversation = async (
  { conversationId, precallConversationId, agentId, externalNumber, startedAtS }: EndedCall,
  deps: Pick<EndCallDeps, 'conversations' | 'callers' | 'callerHashes' | 'nowMs'>,
): Promise<string | undefined> => {
  const { conversations } = deps;
  const own = conversationId === undefined ? undefined : await conversations.read(conversationId);
  if (own?.agent_id !== undefined) return conversationId;
  const named = precallConversationId === undefined ? undefined : await conversations.read(precallConversationId);
  if (named?.agent_id !== undefined && named.agent_id === (agentId ?? named.agent_id)) return precallConversationId;
  if (own?.ended_at !== undefined) return undefined;
  if (agentId === undefined || externalNumber === undefined) return undefined;
  return findByCaller({ agentId, externalNumber, startedAtS }, deps);
};

const findByCaller = async (
  { agentId, externalNumber, startedAtS }: { agentId: string; externalNumber: string; startedAtS: number | undefined },
  { conversations, callers, callerHashes, nowMs }: Parameters<typeof findConversation>[1],
): Promise<string | undefined> => {
  for (const callerHash of await callerHashes(externalNumber)) {
    const caller = await callers.read(callerHash, Math.floor(nowMs() / 1000));
    for (const conversationId of caller === undefined ? [] : conversationsWith(caller, agentId, startedAtS)) {
      const found = await conversations.read(conversationId);
      if (found !== undefined && isAnswered(found)) return conversationId;
    }
  }
  return undefined;
};
