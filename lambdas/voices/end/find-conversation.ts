import { conversationWith } from '../../callers/caller';
import type { EndedCall } from '../../calls/ended-call';
import type { EndCallDeps } from './end-call';

/**
 * The conversation of a call that has ended: the one of that id; else the one that the dynamic variable names, if it is of the same
 * agent, since a client can set variables; else the one of this caller with this agent. Undefined for one that is not known, or whose
 * end was told before. Throws 503.
 */
export const findConversation = async (
  { conversationId, precallConversationId, agentId, externalNumber, startedAtS }: EndedCall,
  {
    conversations,
    callers,
    callerHashes,
    nowMs,
  }: Pick<EndCallDeps, 'conversations' | 'callers' | 'callerHashes' | 'nowMs'>,
): Promise<string | undefined> => {
  const own = conversationId === undefined ? undefined : await conversations.read(conversationId);
  if (own?.agent_id !== undefined) return conversationId;
  const named = precallConversationId === undefined ? undefined : await conversations.read(precallConversationId);
  if (named?.agent_id !== undefined && named.agent_id === (agentId ?? named.agent_id)) return precallConversationId;
  if (own?.ended_at !== undefined) return undefined;
  if (agentId === undefined || externalNumber === undefined) return undefined;
  for (const callerHash of await callerHashes(externalNumber)) {
    const caller = await callers.read(callerHash, Math.floor(nowMs() / 1000));
    const found = caller === undefined ? undefined : conversationWith(caller, agentId, startedAtS);
    if (found !== undefined) return found;
  }
  return undefined;
};
