import { conversationsWith } from '../../callers/caller';
import type { EndedCall } from '../../calls/ended-call';
import { isAnswered } from '../conversation';
import type { EndCallDeps } from './end-call';

/**
 * The conversation that a call which ended belongs to, in this order:
 * 1. the one of the call's own id;
 * 2. the one that the variable `precall_conversation_id` names, if the call visited its agent, because a client can set
 *    variables;
 * 3. one of this caller with an agent that the call visited, if it was answered and has not ended.
 *
 * Undefined for a call that is not known, or whose end was processed before. Throws 503.
 */
export const findConversation = async (
  { conversationId, precallConversationId, agentIds, callerNames, startedAtS }: EndedCall,
  deps: Pick<EndCallDeps, 'conversations' | 'callers' | 'callerKeys' | 'nowMs'>,
): Promise<string | undefined> => {
  const { conversations } = deps;
  const own = conversationId === undefined ? undefined : await conversations.read(conversationId);
  if (own?.agent_id !== undefined) return conversationId;
  const named = precallConversationId === undefined ? undefined : await conversations.read(precallConversationId);
  if (named?.agent_id !== undefined && (agentIds.length === 0 || agentIds.includes(named.agent_id)))
    return precallConversationId;
  if (own?.ended_at !== undefined || agentIds.length === 0 || callerNames.length === 0) return undefined;
  return findByCaller({ agentIds, callerNames, startedAtS }, deps);
};

const findByCaller = async (
  { agentIds, callerNames, startedAtS }: Pick<EndedCall, 'agentIds' | 'callerNames' | 'startedAtS'>,
  { conversations, callers, callerKeys, nowMs }: Parameters<typeof findConversation>[1],
): Promise<string | undefined> => {
  for (const callerHash of (await callerKeys(callerNames)).all) {
    const caller = await callers.read(callerHash, Math.floor(nowMs() / 1000));
    if (caller === undefined) continue;
    for (const conversationId of agentIds.flatMap((agentId) => conversationsWith(caller, agentId, startedAtS))) {
      const found = await conversations.read(conversationId);
      if (found !== undefined && isAnswered(found)) return conversationId;
    }
  }
  return undefined;
};
