import { type Caller, conversationsWith } from '../../callers/caller';
import type { EndedCall } from '../../calls/ended-call';
import { type Conversation, isAnswered, takenBy } from '../conversation';
import { isEndedBy } from '../starting-call';
import type { EndCallDeps } from './end-call';

/**
 * Returns the conversation of a call that ended. The first of these that exists applies:
 * 1. the conversation with the call's own id;
 * 2. the conversation that the call took when it started;
 * 3. the conversation in the variable `precall_conversation_id`, only if the call visited its agent, because a client
 *    can set variables;
 * 4. an answered conversation of this caller with an agent that the call visited, if it has not ended.
 *
 * Never returns a conversation that another call took. Returns undefined for an unknown call, or if its end was already
 * processed. Throws 503 when the ledger fails.
 */
export const findConversation = async (
  { conversationId, precallConversationId, agentIds, callerIdentifiers, startedAtS }: EndedCall,
  deps: Pick<EndCallDeps, 'conversations' | 'callers' | 'callerKeys' | 'nowMs'>,
): Promise<string | undefined> => {
  const { conversations } = deps;
  const own = conversationId === undefined ? undefined : await conversations.read(conversationId);
  if (own?.agent_id !== undefined) return conversationId;
  const took = own?.took === undefined ? undefined : await conversations.read(own.took);
  if (took?.agent_id !== undefined && isEndedBy(took, conversationId)) return own?.took;
  const named = precallConversationId === undefined ? undefined : await conversations.read(precallConversationId);
  if (named?.agent_id !== undefined && (agentIds.length === 0 || agentIds.includes(named.agent_id)))
    return isEndedBy(named, conversationId) ? precallConversationId : undefined;
  // A later call has taken its pre-call, or its end was already processed.
  if (took !== undefined || own?.ended_at !== undefined) return undefined;
  if (agentIds.length === 0 || callerIdentifiers.length === 0) return undefined;
  return findByCaller({ conversationId, agentIds, callerIdentifiers, startedAtS }, deps);
};

const findByCaller = async (
  {
    conversationId: callId,
    agentIds,
    callerIdentifiers,
    startedAtS,
  }: Pick<EndedCall, 'conversationId' | 'agentIds' | 'callerIdentifiers' | 'startedAtS'>,
  { conversations, callers, callerKeys, nowMs }: Parameters<typeof findConversation>[1],
): Promise<string | undefined> => {
  for (const callerHash of (await callerKeys(callerIdentifiers)).all) {
    const caller = await callers.read(callerHash, Math.floor(nowMs() / 1000));
    if (caller === undefined) continue;
    const candidates: Conversation[] = [];
    for (const id of agentIds.flatMap((agentId) => conversationsWith(caller, agentId, startedAtS))) {
      const conversation = await conversations.read(id);
      if (conversation !== undefined && isAnswered(conversation) && isEndedBy(conversation, callId))
        candidates.push(conversation);
    }
    const match = candidates.find((found) => takenBy(found) !== undefined) ?? mostLikely(candidates, caller);
    if (match !== undefined) return match.conversation_id;
  }
  return undefined;
};

/**
 * Returns the most likely conversation. Calls that are recognised at their start take the oldest pre-call first, so
 * their ends do too. A PATCHed agent has the newest.
 */
const mostLikely = (
  candidates: readonly Conversation[],
  { calls }: Pick<Caller, 'calls'>,
): Conversation | undefined => {
  const isOfInitiation = ({ answer }: Conversation): boolean => answer?.recognised_by === 'initiation';
  const [first] = candidates;
  if (first === undefined || !isOfInitiation(first)) return first;
  const startOf = ({ conversation_id }: Conversation): number => calls[conversation_id]?.started_at ?? 0;
  return candidates.filter(isOfInitiation).sort((a, b) => startOf(a) - startOf(b))[0];
};
