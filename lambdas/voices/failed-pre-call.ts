import type { Transition } from '../platform/transition';
import { type Conversation, type HeldWork, heldStates, unchanged, voiceOf, type Work } from './conversation';
import type { DeletionJob } from './deletion-job';

/** Releases the conversation after a failed attempt, even if the conversation has ended. */
const leave = <Job = never>(work: HeldWork, to: Work, enqueue?: Transition<Job>['enqueue']): Transition<Job> => ({
  region: 'work',
  from: { 'work.attempt': { is: work.attempt }, 'work.state': { oneOf: heldStates } },
  to: { work: to },
  ...(enqueue !== undefined && { enqueue }),
});

/** Releases the conversation when nothing is left at ElevenLabs. The sender may try again immediately. */
export const giveBack = (work: HeldWork): Transition =>
  leave(work, { state: 'open', attempt: work.attempt, samples: work.samples });

/**
 * Releases the conversation after a temporary failure. The sender's next attempt may adopt the clone for `adoptionS`
 * seconds.
 */
export const leaveForAdoption = (
  work: HeldWork,
  voiceId: string,
  job: DeletionJob,
  { adoptionS, nowMs }: { adoptionS: number; nowMs: number },
): Transition<DeletionJob> => {
  const { attempt, samples, voice_name } = work;
  return leave(
    work,
    { state: 'adoptable', attempt, samples, voice_name, voice_id: voiceId, since: nowMs },
    { job, delayS: adoptionS },
  );
};

/** Withdraws a pre-call that was permanently refused, and queues the immediate deletion of its clone. */
export const withdrawNow = (
  work: HeldWork,
  voiceId: string,
  job: DeletionJob,
  nowMs: number,
): Transition<DeletionJob> =>
  leave(
    work,
    { state: 'withdrawing', attempt: work.attempt, samples: work.samples, voice_id: voiceId, since: nowMs },
    { job, delayS: 0 },
  );

/**
 * Prevents attempts from adopting the voice of a conversation whose lease is over. Returns undefined if its state does
 * not allow that.
 */
export const withdraw = (
  conversation: Conversation,
  voiceId: string | undefined,
  nowMs: number,
): Transition | undefined => {
  const { work } = conversation;
  if (work === undefined || work.state === 'open' || work.state === 'withdrawing') return undefined;
  if (work.state === 'ready' || work.state === 'taken') return undefined;
  const { attempt, samples } = work;
  const knownVoiceId = voiceId ?? voiceOf(conversation);
  const to: Work = {
    state: 'withdrawing',
    attempt,
    samples,
    since: nowMs,
    ...(knownVoiceId !== undefined && { voice_id: knownVoiceId }),
  };
  return { region: 'work', from: unchanged(conversation), to: { work: to } };
};

/**
 * Reopens a withdrawn conversation, whose voice is gone, for another attempt. Returns undefined in every other state.
 */
export const reopen = (conversation: Conversation): Transition | undefined => {
  const { work } = conversation;
  if (work?.state !== 'withdrawing') return undefined;
  const { attempt, samples } = work;
  return { region: 'work', from: unchanged(conversation), to: { work: { state: 'open', attempt, samples } } };
};
