import type { Transition } from '../platform/transition';
import { type Conversation, type HeldWork, heldStates, unchanged, voiceOf, type Work } from './conversation';
import type { DeletionJob } from './deletion-job';

/** Releases the conversation after a failed attempt, even if the conversation has ended. */
const leave = <Job = never>(now: HeldWork, to: Work, enqueue?: Transition<Job>['enqueue']): Transition<Job> => ({
  region: 'work',
  from: { 'work.attempt': { is: now.attempt }, 'work.state': { oneOf: heldStates } },
  to: { work: to },
  ...(enqueue !== undefined && { enqueue }),
});

/** Releases the conversation when nothing is left at ElevenLabs. The sender may try again immediately. */
export const giveBack = (now: HeldWork): Transition =>
  leave(now, { state: 'open', attempt: now.attempt, samples: now.samples });

/**
 * Releases the conversation after a temporary failure. The sender's next attempt may adopt the clone for `adoptionS`
 * seconds.
 */
export const leaveForAdoption = (
  now: HeldWork,
  voiceId: string,
  job: DeletionJob,
  { adoptionS, nowMs }: { adoptionS: number; nowMs: number },
): Transition<DeletionJob> => {
  const { attempt, samples, voice_name } = now;
  return leave(
    now,
    { state: 'adoptable', attempt, samples, voice_name, voice_id: voiceId, since: nowMs },
    { job, delayS: adoptionS },
  );
};

/** Withdraws a pre-call that was permanently refused, and queues the immediate deletion of its clone. */
export const withdrawNow = (now: HeldWork, voiceId: string, job: DeletionJob, nowMs: number): Transition<DeletionJob> =>
  leave(
    now,
    { state: 'withdrawing', attempt: now.attempt, samples: now.samples, voice_id: voiceId, since: nowMs },
    { job, delayS: 0 },
  );

/**
 * Prevents attempts from adopting the voice of a conversation whose lease is over. Returns undefined if its state does
 * not allow that.
 */
export const withdraw = (seen: Conversation, voiceId: string | undefined, nowMs: number): Transition | undefined => {
  const { work: now } = seen;
  if (now === undefined || now.state === 'open' || now.state === 'withdrawing') return undefined;
  if (now.state === 'ready' || now.state === 'taken') return undefined;
  const { attempt, samples } = now;
  const known = voiceId ?? voiceOf(seen);
  const to: Work = {
    state: 'withdrawing',
    attempt,
    samples,
    since: nowMs,
    ...(known !== undefined && { voice_id: known }),
  };
  return { region: 'work', from: unchanged(seen), to: { work: to } };
};

/**
 * Reopens a withdrawn conversation, whose voice is gone, for another attempt. Returns undefined in every other state.
 */
export const reopen = (seen: Conversation): Transition | undefined => {
  const { work: now } = seen;
  if (now?.state !== 'withdrawing') return undefined;
  const { attempt, samples } = now;
  return { region: 'work', from: unchanged(seen), to: { work: { state: 'open', attempt, samples } } };
};
