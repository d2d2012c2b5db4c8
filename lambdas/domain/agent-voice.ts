import * as z from 'zod';
import { elevenLabsId } from './ids';

/** What the agent had before us; a field is absent when it was ours or nobody's when we looked. */
const baseline = z.object({ voice_id: elevenLabsId.optional(), first_message: z.string().optional() });

const activation = z.object({ conversation_id: elevenLabsId, voice_id: elevenLabsId, first_message: z.string() });

/** The AGENT item of the ledger. `version` rises with every change of what the agent should have. */
export const agentVoices = z.object({
  version: z.number(),
  baseline: baseline.optional(),
  /** Oldest first; the newest is what the agent should have. */
  activations: z.array(activation),
  /** PATCHes that may still land, by attempt; `until` in unix milliseconds. */
  pendings: z.record(z.string(), z.object({ voice_id: elevenLabsId.optional(), until: z.number() })),
});

/** What the agent had before us. */
export type Baseline = z.infer<typeof baseline>;
/** The voice and greeting that one conversation wants on the agent. */
export type Activation = z.infer<typeof activation>;
/** An agent as the ledger has it. */
export type AgentVoices = z.infer<typeof agentVoices>;
/** A voice and a first message, PATCHed together. */
export type VoicePair = Pick<Activation, 'voice_id' | 'first_message'>;

/** An agent that the ledger has never seen. */
export const unknownAgent: AgentVoices = { version: 0, activations: [], pendings: {} };

/** Whether nothing of ours is on the agent or on its way there: only then does a GET show its baseline. */
export const isIdle = ({ activations, pendings }: AgentVoices, nowMs: number): boolean =>
  activations.length === 0 && expiredAttempts({ pendings }, nowMs).length === Object.keys(pendings).length;

/** The attempts whose PATCH can no longer land. */
export const expiredAttempts = ({ pendings }: Pick<AgentVoices, 'pendings'>, nowMs: number): string[] =>
  Object.entries(pendings)
    .filter(([, { until }]) => until <= nowMs)
    .map(([attempt]) => attempt);

/** The activations once this one is the newest; an earlier one of the same conversation goes. */
export const withActivation = (activations: readonly Activation[], newest: Activation): Activation[] => [
  ...activations.filter(({ conversation_id }) => conversation_id !== newest.conversation_id),
  newest,
];

/** What a live agent should have: the pair of its newest activation. Undefined when none is live. */
export const desiredPair = ({ activations }: Pick<AgentVoices, 'activations'>): VoicePair | undefined =>
  activations.at(-1);

/**
 * The baseline after a look at an idle agent: what was found there, except that a voice of ours (left behind by an
 * interrupted release) and the greeting beside it never replace what we knew.
 */
export const baselineAfterLook = (
  known: Baseline | undefined,
  found: Baseline,
  voiceIsOurs: boolean,
): Baseline | undefined => (voiceIsOurs ? known : found);
