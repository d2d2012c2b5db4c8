import {
  type Activation,
  type Agent,
  desiredPair,
  digestOf,
  hasPair,
  inFlightPatches,
  isIdle,
  isSamePair,
  lastPossiblePatchMs,
  standInOf,
  type VoicePair,
} from './agent';

/** A voice and greeting that an agent had at ElevenLabs, and what is known of that voice. */
export interface FoundPair {
  readonly pair: VoicePair;
  /**
   * `ours` carries the mark of this or another installation; `missing` does not exist at ElevenLabs; `foreign` is a
   * person's choice.
   */
  readonly voice: 'ours' | 'missing' | 'foreign' | 'none';
}

/** An agent as it was found at ElevenLabs. */
export interface FoundAgent extends FoundPair {
  /** ElevenLabs' version of it; absent for an agent without versions. */
  readonly version?: string;
  /** What persons' versions had that were overwritten since the known version, oldest first. */
  readonly overwritten?: readonly FoundPair[];
}

/**
 * The baseline once the agent was read. What a person set, field by field, is the new baseline, also where a PATCH of
 * ours has overwritten it since. Never a baseline are: a voice with a mark, one that does not exist, one that our PATCH
 * may bring, and one that stands in for a refused one; a greeting of our PATCH; any greeting beside a marked or missing
 * voice whose greetings the ledger does not have, because nobody can tell whose it is.
 */
export const baselineAfter = (agent: Agent, { overwritten = [], ...now }: FoundAgent): VoicePair =>
  [...overwritten, now].reduce<VoicePair>((known, found) => ({ ...known, ...personsChoice(agent, found) }), {
    ...agent.baseline,
  });

const personsChoice = (agent: Agent, { pair, voice }: FoundPair): VoicePair => {
  const { voice_id, first_message } = pair;
  const isGreetingTold = voice === 'foreign' || voice === 'none' || hasCarried(agent, voice_id);
  return {
    ...(voice === 'foreign' && voice_id !== undefined && !isOurVoice(agent, voice_id) && { voice_id }),
    ...(isGreetingTold && first_message !== undefined && !isOurGreeting(agent, first_message) && { first_message }),
  };
};

/** Whether the ledger has the greetings that our PATCHes set beside this voice. */
const hasCarried = ({ carried }: Agent, voiceId: string | undefined): boolean =>
  voiceId !== undefined && Object.values(carried).some(({ voice }) => voice === digestOf(voiceId));

const isOurVoice = (agent: Agent, voiceId: string): boolean =>
  standInOf(agent) === voiceId || Object.values(agent.pendings).some(({ voice_id }) => voice_id === voiceId);

const isOurGreeting = ({ carried, pendings }: Agent, text: string): boolean => {
  const digest = digestOf(text);
  return [...Object.values(carried), ...Object.values(pendings)].some(({ greeting }) => greeting === digest);
};

/** What to do next about an agent that should have what the ledger says. */
export type RestoreStep =
  /** The activation's conversation is over. */
  | { readonly step: 'deactivate'; readonly activation: Activation }
  /** A person changed the agent: that is its baseline from now on. */
  | { readonly step: 'keep-baseline'; readonly baseline: VoicePair }
  | { readonly step: 'patch'; readonly pair: VoicePair }
  /** The agent has one of our voices, and nobody knows its own: another one stands in for it. */
  | { readonly step: 'use-stand-in' }
  /** The agent is at rest with its baseline: what was remembered of PATCHes goes. */
  | { readonly step: 'clear' }
  | { readonly step: 'done' };

/**
 * Decides what to do about an agent after it was read from the ledger and then at ElevenLabs. `isLive` says whether the
 * conversation of the activation still uses its voice. A PATCH that is in flight delays nothing: the agent is restored
 * immediately, and read again while such a PATCH may still land.
 */
export const nextRestoreStep = (agent: Agent, found: FoundAgent, isLive: boolean, nowMs: number): RestoreStep => {
  const { activation: now, baseline: known = {} } = agent;
  if (now !== undefined && !isLive) return { step: 'deactivate', activation: now };
  const seen = baselineAfter(agent, found);
  if (!isSamePair(seen, known)) return { step: 'keep-baseline', baseline: seen };
  const pair = desiredPair(agent);
  if (now === undefined && pair.voice_id === undefined && (found.voice === 'ours' || found.voice === 'missing'))
    return { step: 'use-stand-in' };
  if (!hasPair(found.pair, pair)) {
    // Its own pre-call is at work on it.
    const isOnItsWay = now !== undefined && lastPossiblePatchMs(agent, now.voice_id, nowMs) !== undefined;
    return isOnItsWay ? { step: 'done' } : { step: 'patch', pair };
  }
  const isAtRest = isIdle(agent, nowMs) && Object.keys({ ...agent.carried, ...agent.pendings }).length > 0;
  return { step: isAtRest ? 'clear' : 'done' };
};

/** Whether a voice can be deleted, or kept for reuse, judging by one agent that is in the expected state. */
export type ReleaseVerdict =
  | { readonly may: 'go-on' }
  | {
      readonly may: 'wait';
      readonly blockedBy: 'pending_patch' | 'agent_restored';
      readonly untilMs: number | undefined;
    };

/**
 * A PATCH that may still bring the released voice is waited for, and one that may bring anything to an agent at rest;
 * then the agent must not have the voice. Another conversation of the same caller may have the same voice on the same
 * agent.
 */
export const judgeRelease = (
  agent: Agent,
  { pair }: FoundAgent,
  releasedVoiceId: string | undefined,
  nowMs: number,
): ReleaseVerdict => {
  const { activation: now } = agent;
  if (releasedVoiceId !== undefined && now?.voice_id === releasedVoiceId) return { may: 'go-on' };
  const untils = inFlightPatches(agent, nowMs)
    .filter(({ voice_id }) => now === undefined || (voice_id !== undefined && voice_id === releasedVoiceId))
    .map(({ until }) => until);
  if (untils.length > 0) return { may: 'wait', blockedBy: 'pending_patch', untilMs: Math.max(...untils) };
  const hasIt = releasedVoiceId !== undefined && pair.voice_id === releasedVoiceId;
  return hasIt ? { may: 'wait', blockedBy: 'agent_restored', untilMs: undefined } : { may: 'go-on' };
};
