import type { Transition } from '../platform/transition';
import { type Agent, inFlightPatches } from './agent';
import type { ObservedAgent } from './agent-decision';
import { markDeleting, markOverdueDeleting, type Voice } from './voice';

/*
 * When a voice may be deleted: once no conversation uses it, it is not kept for reuse, and none of its agents has it or
 * may still get it. The conditional write of the mark decides the first, judgeRelease the last.
 */

/** A conversation that ends its use of a voice. */
export interface EndedUse {
  readonly conversationId: string;
  /** Whether the conversation's pre-call was answered. If not, no later call is offered the clone made for it. */
  readonly wasAnswered: boolean;
}

/** Returns how long a voice is kept for reuse after this use, in seconds; 0: it is deleted with its last user. */
export const keptForReuseS = (voice: Voice, { conversationId, wasAnswered }: EndedUse): number =>
  'retain_s' in voice && (wasAnswered || voice.made_for !== conversationId) ? voice.retain_s : 0;

/**
 * Returns the mark that deletes a voice after a use of it, unless others use it: at once if it is not kept for reuse,
 * else when it has expired. Returns undefined for a kept voice that has not expired.
 */
export const deletionAfterUse = (voice: Voice | undefined, keptS: number, nowMs: number): Transition | undefined =>
  voice === undefined || keptS === 0 ? markDeleting(nowMs) : markOverdueDeleting(voice, nowMs);

/** Whether one agent, once restored, allows a voice to be deleted or kept for reuse. */
export type ReleaseVerdict =
  | { readonly may: 'go-on' }
  | {
      readonly may: 'wait';
      readonly blockedBy: 'pending_patch' | 'agent_restored';
      readonly untilMs: number | undefined;
    };

/**
 * Judges whether an agent no longer has a released voice. Waits for PATCHes in flight that may set the voice; without
 * an activation, for every PATCH in flight. After that, the agent must not have the voice, unless another conversation
 * of the same caller has activated it there.
 */
export const judgeRelease = (
  agent: Agent,
  { pair }: ObservedAgent,
  releasedVoiceId: string | undefined,
  nowMs: number,
): ReleaseVerdict => {
  const { activation } = agent;
  if (releasedVoiceId !== undefined && activation?.voice_id === releasedVoiceId) return { may: 'go-on' };
  const untils = inFlightPatches(agent, nowMs)
    .filter(({ voice_id }) => activation === undefined || (voice_id !== undefined && voice_id === releasedVoiceId))
    .map(({ until }) => until);
  if (untils.length > 0) return { may: 'wait', blockedBy: 'pending_patch', untilMs: Math.max(...untils) };
  const hasIt = releasedVoiceId !== undefined && pair.voice_id === releasedVoiceId;
  return hasIt ? { may: 'wait', blockedBy: 'agent_restored', untilMs: undefined } : { may: 'go-on' };
};
