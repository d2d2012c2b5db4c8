import {
  type Activation,
  type Agent,
  desiredPair,
  digestOf,
  hasPair,
  isIdle,
  isSamePair,
  lastPossiblePatchMs,
  standInOf,
  type VoicePair,
} from './agent';

/** The voice and greeting that an agent had at ElevenLabs, and the origin of the voice. */
export interface ObservedPair {
  readonly pair: VoicePair;
  /**
   * `ours`: made by this or another installation of Precall; `missing`: does not exist at ElevenLabs; `foreign`: a
   * person's choice.
   */
  readonly voice: 'ours' | 'missing' | 'foreign' | 'none';
}

/** An agent as ElevenLabs showed it. */
export interface ObservedAgent extends ObservedPair {
  /** ElevenLabs' version of the agent; absent for an agent without versions. */
  readonly version?: string;
  /** Voices and greetings that persons set after the known version and that were overwritten, oldest first. */
  readonly overwritten?: readonly ObservedPair[];
}

/**
 * Returns the baseline after the agent was read. Each field that a person set becomes the baseline, even if our PATCH
 * has overwritten it since. The baseline never takes:
 * - a voice with Precall's mark, a voice that does not exist, a voice that our PATCH may set, or a substitute voice;
 * - a greeting of our PATCH;
 * - a greeting beside a marked or missing voice without greetings in the ledger, because its origin is unknown.
 */
export const baselineAfter = (agent: Agent, { overwritten = [], ...current }: ObservedAgent): VoicePair => {
  let baseline: VoicePair = { ...agent.baseline };
  for (const observed of [...overwritten, current]) baseline = { ...baseline, ...personsChoice(agent, observed) };
  return baseline;
};

/** Returns the fields that a person set. */
const personsChoice = (agent: Agent, { pair, voice }: ObservedPair): VoicePair => {
  const { voice_id, first_message } = pair;
  const isGreetingsOriginKnown = voice === 'foreign' || voice === 'none' || hasCarried(agent, voice_id);
  return {
    ...(voice === 'foreign' && voice_id !== undefined && !isOurVoice(agent, voice_id) && { voice_id }),
    ...(isGreetingsOriginKnown &&
      first_message !== undefined &&
      !isOurGreeting(agent, first_message) && { first_message }),
  };
};

/** Returns whether the ledger has the greetings that our PATCHes set with this voice. */
const hasCarried = ({ carried }: Agent, voiceId: string | undefined): boolean =>
  voiceId !== undefined && Object.values(carried).some(({ voice }) => voice === digestOf(voiceId));

const isOurVoice = (agent: Agent, voiceId: string): boolean =>
  standInOf(agent) === voiceId ||
  hasCarried(agent, voiceId) ||
  Object.values(agent.pendings).some(({ voice_id }) => voice_id === voiceId);

const isOurGreeting = ({ carried, pendings }: Agent, text: string): boolean => {
  const digest = digestOf(text);
  return [...Object.values(carried), ...Object.values(pendings)].some(({ greeting }) => greeting === digest);
};

/** The next step until an agent has what the ledger says it should have. */
export type RestoreStep =
  /** The activation's conversation is over. */
  | { readonly step: 'deactivate'; readonly activation: Activation }
  /** A person changed the agent, and the change becomes the baseline. */
  | { readonly step: 'keep-baseline'; readonly baseline: VoicePair }
  | { readonly step: 'patch'; readonly pair: VoicePair }
  /** The agent has a voice of Precall, and its own is unknown: a substitute replaces it. */
  | { readonly step: 'use-stand-in' }
  /** The agent has its baseline and no PATCH is in flight: the record of PATCHes is removed. */
  | { readonly step: 'clear' }
  | { readonly step: 'done' };

/** An agent to restore, read from the ledger and then at ElevenLabs. */
export interface AgentToRestore {
  readonly agent: Agent;
  readonly observed: ObservedAgent;
  /** Whether the activation's conversation still uses its voice. */
  readonly isLive: boolean;
}

/**
 * Decides the next step for an agent. Does not wait for a PATCH in flight: the agent is restored immediately, and read
 * again while that PATCH may take effect.
 */
export const nextRestoreStep = ({ agent, observed, isLive }: AgentToRestore, nowMs: number): RestoreStep => {
  const { activation, baseline = {} } = agent;
  if (activation !== undefined && !isLive) return { step: 'deactivate', activation };
  const newBaseline = baselineAfter(agent, observed);
  if (!isSamePair(newBaseline, baseline)) return { step: 'keep-baseline', baseline: newBaseline };
  const pair = desiredPair(agent);
  const isOwnVoiceUnknown = activation === undefined && pair.voice_id === undefined;
  if (isOwnVoiceUnknown && (observed.voice === 'ours' || observed.voice === 'missing')) return { step: 'use-stand-in' };
  if (!hasPair(observed.pair, pair)) {
    // The activation's own pre-call is still updating the agent.
    const isPatchInFlight =
      activation !== undefined && lastPossiblePatchMs(agent, activation.voice_id, nowMs) !== undefined;
    return isPatchInFlight ? { step: 'done' } : { step: 'patch', pair };
  }
  const isAtRest = isIdle(agent, nowMs) && Object.keys({ ...agent.carried, ...agent.pendings }).length > 0;
  return { step: isAtRest ? 'clear' : 'done' };
};
