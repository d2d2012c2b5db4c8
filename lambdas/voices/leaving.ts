import type { Transition } from '../platform/transition';
import { type Conversation, type HeldWork, heldStates, unchanged, voiceOf, type Work } from './conversation';
import type { DeletionJob } from './deletion-job';

/** An attempt that failed leaves the conversation, ended or not. */
const leave = <Job = never>(now: HeldWork, to: Work, enqueue?: Transition<Job>['enqueue']): Transition<Job> => ({
  region: 'work',
  from: { 'work.attempt': { is: now.attempt }, 'work.state': { oneOf: heldStates } },
  to: { work: to },
  ...(enqueue !== undefined && { enqueue }),
});

/** The attempt failed and nothing of it is left at ElevenLabs: the sender's next attempt may begin immediately. */
export const giveBack = (now: HeldWork): Transition =>
  leave(now, { state: 'open', attempt: now.attempt, samples: now.samples });

/** The attempt failed for a passing reason: the sender's next attempt may adopt the clone for `adoptionS` seconds. */
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

/** The attempt was refused for good: its clone is deleted immediately. */
export const withdrawNow = (now: HeldWork, voiceId: string, job: DeletionJob, nowMs: number): Transition<DeletionJob> =>
  leave(
    now,
    { state: 'withdrawing', attempt: now.attempt, samples: now.samples, voice_id: voiceId, since: nowMs },
    { job, delayS: 0 },
  );

/**
 * Sees to it that no attempt adopts the voice of a conversation whose lease is over; undefined when it is not open to
 * that.
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

/** The voice of a withdrawn conversation is gone: the sender may send it again. Undefined in every other state. */
export const reopen = (seen: Conversation): Transition | undefined => {
  const { work: now } = seen;
  if (now?.state !== 'withdrawing') return undefined;
  const { attempt, samples } = now;
  return { region: 'work', from: unchanged(seen), to: { work: { state: 'open', attempt, samples } } };
};
