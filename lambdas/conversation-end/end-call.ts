import type { DeletionJobs } from '../adapters/deletion-jobs';
import type { Callers } from '../adapters/ledger/callers';
import type { Conversations } from '../adapters/ledger/conversations';
import { conversationWith } from '../domain/caller';
import type { EndedCall } from '../domain/post-call/ended-call';
import type { Log } from '../shared/log';
import { writeEnd } from './write-end';

/** What ending a call works with. */
export interface EndCallDeps {
  readonly conversations: Conversations;
  readonly callers: Pick<Callers, 'read'>;
  readonly deletionJobs: DeletionJobs;
  /** The keys that a caller may have, newest first; none where the number makes none. */
  readonly callerHashes: (phoneNumber: string) => Promise<readonly string[]>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * Ends the conversation of a call and queues that its voice is taken back. The conversation is the one of that id; else the one
 * that the dynamic variable names; else the one of this caller with this agent. The end is kept for one that is not known too,
 * so that a late pre-call is refused. May be repeated. The id under which the conversation was found. Throws 503.
 */
export const endCall = async (ended: EndedCall, deps: EndCallDeps): Promise<string | undefined> => {
  const found = await findConversation(ended, deps);
  if (found === undefined) deps.log.info('ended_call_unknown');
  else {
    await writeEnd(found, deps);
    await deps.deletionJobs.enqueue({ reason: 'conversation_ended', conversation_id: found }, 0);
  }
  // Written last: from then on the same end, told again, is not taken for the end of the caller's next call.
  if (ended.conversationId !== undefined && ended.conversationId !== found) await writeEnd(ended.conversationId, deps);
  return found;
};

const findConversation = async (ended: EndedCall, deps: EndCallDeps): Promise<string | undefined> => {
  const { conversationId, precallConversationId, agentId, externalNumber, startedAtS } = ended;
  const own = conversationId === undefined ? undefined : await deps.conversations.read(conversationId);
  if (own?.agent_id !== undefined) return conversationId;
  const named = precallConversationId === undefined ? undefined : await deps.conversations.read(precallConversationId);
  if (named?.agent_id !== undefined) return precallConversationId;
  if (own?.ended_at !== undefined) return undefined;
  if (agentId === undefined || externalNumber === undefined) return undefined;
  for (const callerHash of await deps.callerHashes(externalNumber)) {
    const caller = await deps.callers.read(callerHash, Math.floor(deps.nowMs() / 1000));
    const found = caller === undefined ? undefined : conversationWith(caller, agentId, startedAtS);
    if (found !== undefined) return found;
  }
  return undefined;
};
