import type { Bucket } from '../../aws/bucket';
import { deadlineAt, within } from '../../platform/deadline';
import type { Log } from '../../platform/log';
import type { DeletionJob } from '../deletion-job';
import type { Claimed } from './claim';
import type { PreCall, PreCallDeps } from './deps';
import type { CloneTrace } from './obtain-voice';

/** Time for the sender's retry to adopt the clone before it is deleted, in seconds. */
const adoptionTimeS = 120;

/** Longest that cleaning up may take, in milliseconds: the answer has to leave in time. */
const patienceMs = 1_000;

/**
 * After a failure: queues the clone for deletion, or takes the samples away when there is none, then ends the claim, so that
 * the sender's retry can go on at once. Stopping in between is finished by the lease and by expiry. A clone of unknown
 * outcome keeps the claim until its lease ends, and is looked for after that. Never throws: the sender gets the failure
 * that led here.
 */
export const cleanUp = async (call: PreCall, claimed: Claimed, deps: PreCallDeps, trace: CloneTrace): Promise<void> => {
  try {
    await within(deadlineAt(Date.now() + patienceMs, Date.now), queueAndRelease(call, claimed, deps, trace));
  } catch (error) {
    deps.log.error('clean_up_failed', error, { voice_id: trace.voiceId });
  }
};

const queueAndRelease = async (
  { event }: PreCall,
  claimed: Claimed,
  { conversations, deletionJobs, samples, log, nowMs }: PreCallDeps,
  { voiceId, mayExist }: CloneTrace,
): Promise<void> => {
  if (voiceId === undefined && !mayExist) {
    if (samples !== undefined) await removeAll(claimed.sampleKeys, samples, log);
    await conversations.release(claimed, undefined);
    return;
  }
  const job: DeletionJob = {
    reason: 'precall_failed',
    conversation_id: event.conversation_id,
    agent_id: event.agent_id,
    voice_id: voiceId ?? null,
  };
  const leaseLeftS = Math.max(0, (claimed.leaseUntilMs - nowMs()) / 1000);
  await deletionJobs.enqueue(job, voiceId === undefined ? leaseLeftS + adoptionTimeS : adoptionTimeS);
  log.warn('voice_deletion_queued', { voice_id: job.voice_id, reason: job.reason });
  if (voiceId !== undefined) await conversations.release(claimed, voiceId);
};

/** One that stays for now is taken away by the bucket's lifecycle rule: it does not hold the conversation up. */
const removeAll = async (keys: readonly string[], samples: Pick<Bucket, 'remove'>, log: Log): Promise<void> => {
  const removals = await Promise.allSettled(keys.map((key) => samples.remove(key)));
  const failed = removals.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) log.warn('samples_not_removed', { count: failed });
};
