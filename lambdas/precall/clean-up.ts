import type { DeletionJob } from '../domain/deletion-job';
import type { Claimed } from './claim';
import type { PreCall, PreCallDeps } from './deps';
import type { CloneTrace } from './voice';

/** Time for the sender's retry to adopt the clone before it is deleted, in seconds. */
const adoptionTimeS = 120;

/**
 * After a failure: queues the clone for deletion, then ends the claim, so that the sender's retry can go on at once. Stopping
 * in between is finished by the lease and by expiry. A clone of unknown outcome keeps the claim until its lease ends, and
 * is looked for after that. Never throws: the sender gets the failure that led here.
 */
export const cleanUp = async (
  { event }: PreCall,
  claimed: Claimed,
  deps: PreCallDeps,
  trace: CloneTrace,
): Promise<void> => {
  const { conversations, deletionJobs, log, nowMs } = deps;
  const { voiceId, mayExist } = trace;
  const job: DeletionJob = {
    reason: 'precall_failed',
    conversation_id: event.conversation_id,
    agent_id: event.agent_id,
    voice_id: voiceId ?? null,
  };
  const leaseLeftS = Math.max(0, (claimed.leaseUntilMs - nowMs()) / 1000);
  try {
    if (voiceId === undefined && !mayExist) {
      await conversations.release(claimed, undefined);
      return;
    }
    await deletionJobs.enqueue(job, voiceId === undefined ? leaseLeftS + adoptionTimeS : adoptionTimeS);
    log.warn('voice_deletion_queued', { voice_id: job.voice_id, reason: job.reason });
    if (voiceId !== undefined) await conversations.release(claimed, voiceId);
  } catch (error) {
    log.error('clean_up_failed', error, { voice_id: job.voice_id });
  }
};
