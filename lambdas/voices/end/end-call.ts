import type { CallerHashing } from '../../callers/caller-hash';
import type { EndedCall } from '../../calls/ended-call';
import type { JobSink } from '../../ledger/aggregate';
import type { Callers } from '../../ledger/callers';
import type { Conversations } from '../../ledger/conversations';
import type { Log } from '../../platform/log';
import type { DeletionJob } from '../deletion-job';
import { writeEnd } from './write-end';

/** Dependencies for ending a call. */
export interface EndCallDeps {
  readonly conversations: Conversations;
  readonly callers: Pick<Callers, 'read'>;
  /** The queue for the ends of calls. */
  readonly endJobs: JobSink<DeletionJob>;
  /** Returns the keys of a caller with these names; none if no name makes a key. */
  readonly callerKeys: CallerHashing['keysOf'];
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * Ends the conversation found for a call, and queues the release of its voice. Also stores the end under the call's own
 * id, even if nothing was found, so that a late pre-call is refused. Idempotent. Throws 503 when the ledger or the
 * queue fails.
 */
export const endCall = async (
  { conversationId }: EndedCall,
  preCallId: string | undefined,
  deps: EndCallDeps,
): Promise<void> => {
  if (preCallId === undefined) deps.log.info('ended_call_unknown');
  else {
    await writeEnd(preCallId, deps);
    await deps.endJobs.enqueue({ reason: 'conversation_ended', conversation_id: preCallId }, 0);
  }
  // Written last: from then on, a repeated end is not taken for the end of the caller's next call.
  if (conversationId !== undefined && conversationId !== preCallId) await writeEnd(conversationId, deps);
};
