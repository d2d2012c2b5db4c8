import { carryOut } from '../../ledger/aggregate';
import { atMost } from '../../platform/deadline';
import { ServiceError } from '../../platform/errors';
import type { HeldWork } from '../conversation';
import type { DeletionJob } from '../deletion-job';
import { giveBack, leaveForAdoption, withdrawNow } from '../failed-pre-call';
import { forgetFailedCall } from '../forget-call';
import type { ClaimedConversation } from './claimed-conversation';
import type { PreCall, PreCallDeps } from './deps';
import type { PreCallAnswer } from './pre-call-answer';

/** How long the sender's retry may adopt the clone before it is deleted, in seconds. */
const adoptionS = 120;

/**
 * Longest duration of the clean-up, and of queueing the voice's deletion if that fails, in milliseconds. The answer has
 * to leave in time.
 */
const timeoutsMs = { cleanUp: 1_000, queue: 300 };

/**
 * Cleans up after a failed attempt, depending on what it may have created:
 * - Nothing exists at ElevenLabs: releases the conversation.
 * - A clone may exist whose id is unknown: queues a job that searches for it after the lease.
 * - The conversation has a voice: the sender's retry may adopt it. If no retry can succeed, deletes it immediately.
 *
 * If the clean-up stops midway, the end of the lease and reconcile finish it. Returns the answer if this attempt turns
 * out to have stored one. Never throws: without an answer, the sender gets the original failure.
 */
export const cleanUp = async (
  call: PreCall,
  claimed: ClaimedConversation,
  failure: unknown,
  deps: PreCallDeps,
): Promise<PreCallAnswer | undefined> => {
  try {
    return await atMost(timeoutsMs.cleanUp, cleanUpAfter(call, claimed, failure, deps));
  } catch (error) {
    const { progress } = claimed;
    deps.log.error('clean_up_failed', error, { clone: progress.clone });
    if (progress.clone !== 'made') return undefined;
    await atMost(timeoutsMs.queue, queue(jobFor(call, progress.voiceId), adoptionS, deps)).catch((fault: unknown) =>
      deps.log.error('voice_deletion_not_queued', fault, { voice_id: progress.voiceId }),
    );
    return undefined;
  }
};

const cleanUpAfter = async (
  call: PreCall,
  claimed: ClaimedConversation,
  failure: unknown,
  deps: PreCallDeps,
): Promise<PreCallAnswer | undefined> => {
  const { conversationId, work, progress } = claimed;
  switch (progress.clone) {
    case 'none':
      await removeSamples(work.samples, deps);
      await forgetCall(call, deps);
      await deps.conversations.write(conversationId, giveBack(work));
      return undefined;
    case 'unknown': {
      // The claim stays until its lease ends. After that, the job searches for the clone.
      const leaseLeftS = Math.max(0, (work.lease_until - deps.nowMs()) / 1000);
      await queue(jobFor(call, null), leaseLeftS + adoptionS, deps);
      await forgetCall(call, deps);
      return undefined;
    }
    case 'made':
      return leaveVoice(call, { conversationId, work, voiceId: progress.voiceId, failure }, deps);
  }
};

/** Returns whether the same request can never succeed. */
const isFinal = (failure: unknown): boolean => failure instanceof ServiceError && failure.status < 500;

/** A failed attempt that has a voice. */
interface FailedAttempt {
  readonly conversationId: string;
  readonly work: HeldWork;
  readonly voiceId: string;
  readonly failure: unknown;
}

const leaveVoice = async (
  call: PreCall,
  { conversationId, work, voiceId, failure }: FailedAttempt,
  deps: PreCallDeps,
): Promise<PreCallAnswer | undefined> => {
  const { conversations, deletionJobs, log } = deps;
  const job = jobFor(call, voiceId);
  const nowMs = deps.nowMs();
  const transition = isFinal(failure)
    ? withdrawNow(work, voiceId, job, nowMs)
    : leaveForAdoption(work, voiceId, job, { adoptionS, nowMs });
  if (!(await carryOut(conversations, conversationId, transition, deletionJobs))) {
    const conversation = await conversations.read(conversationId);
    // The write succeeded although its result was lost, or the deadline passed right after it.
    if (conversation?.work?.attempt === work.attempt && conversation.answer !== undefined) return conversation.answer;
    // Another attempt holds the conversation now: only the voice must be dealt with.
    await queue(job, adoptionS, deps);
    return undefined;
  }
  log.warn('voice_deletion_queued', { voice_id: voiceId, reason: job.reason });
  await forgetCall(call, deps);
  return undefined;
};

/** Removes a failed pre-call from its caller. Keeps what a later attempt has written since this one gave up. */
const forgetCall = async ({ event, callerHash, receivedAtMs }: PreCall, { callers }: PreCallDeps): Promise<void> => {
  const startedAtS = Math.floor(receivedAtMs / 1000);
  if (callerHash !== undefined) await forgetFailedCall(callerHash, event.conversation_id, callers, startedAtS);
};

const jobFor = ({ event }: PreCall, voiceId: string | null): DeletionJob => ({
  reason: 'precall_failed',
  conversation_id: event.conversation_id,
  agent_id: event.agent_id,
  voice_id: voiceId,
});

const queue = async (job: DeletionJob, delayS: number, { deletionJobs, log }: PreCallDeps): Promise<void> => {
  await deletionJobs.enqueue(job, delayS);
  log.warn('voice_deletion_queued', { voice_id: 'voice_id' in job ? job.voice_id : null, reason: job.reason });
};

/** Removes the samples. Does not fail, because the bucket's lifecycle rule removes what remains. */
const removeSamples = async (keys: readonly string[], { samples, log }: PreCallDeps): Promise<void> => {
  if (samples === undefined) return;
  const removals = await Promise.allSettled(keys.map((key) => samples.remove(key)));
  const failed = removals.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) log.warn('samples_not_removed', { count: failed });
};
