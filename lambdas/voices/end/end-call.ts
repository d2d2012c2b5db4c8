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
  /** The queue of calls' ends. */
  readonly endJobs: JobSink<DeletionJob>;
  /** The keys of a caller who is named in these ways; none where no name makes one. */
  readonly callerKeys: CallerHashing['keysOf'];
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * Ends the conversation that was found of a call, and queues that its voice is taken back. The end is kept under the
 * call's own id, too, also where nothing was found, so that a late pre-call is refused. May be repeated. Throws 503.
 */
export const endCall = async (
  { conversationId }: EndedCall,
  found: string | undefined,
  deps: EndCallDeps,
): Promise<void> => {
  if (found === undefined) deps.log.info('ended_call_unknown');
  else {
    await writeEnd(found, deps);
    await deps.endJobs.enqueue({ reason: 'conversation_ended', conversation_id: found }, 0);
  }
  // Written last: from then on the same end, told again, is not taken for the end of the caller's next call.
  if (conversationId !== undefined && conversationId !== found) await writeEnd(conversationId, deps);
};
