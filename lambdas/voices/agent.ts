import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** What the agent had before us; a field is absent when it was ours or nobody's when we looked. */
const baseline = z.object({ voice_id: elevenLabsId.optional(), first_message: z.string().optional() });

const activation = z.object({ conversation_id: elevenLabsId, voice_id: elevenLabsId, first_message: z.string() });

/** The AGENT item of the ledger. `version` rises with every change of what the agent should have. */
export const agentVoices = z.object({
  version: z.number(),
  baseline: baseline.optional(),
  /** The newest one, while its conversation lasts; one that it superseded never comes back. */
  activation: activation.optional(),
  /** PATCHes that may still land, by attempt; `until` in unix milliseconds. */
  pendings: z.record(z.string(), z.object({ voice_id: elevenLabsId.optional(), until: z.number() })),
  /** Digests of the greetings of ours that may be on the agent since it last had its baseline, oldest first. */
  greetings: z.array(z.string()).default([]),
});

/** What the agent had before us. */
export type Baseline = z.infer<typeof baseline>;
/** The voice and greeting that one conversation wants on the agent. */
export type Activation = z.infer<typeof activation>;
/** An agent as the ledger has it. */
export type AgentVoices = z.infer<typeof agentVoices>;

/** An agent that the ledger has never seen. */
export const unknownAgent: AgentVoices = { version: 0, pendings: {}, greetings: [] };

/** What a late PATCH may still bring is among the newest: more than these greetings are not kept. */
const maxGreetings = 50;

/** Whether nothing of ours is on the agent or on its way there. */
export const isIdle = (agent: AgentVoices, nowMs: number): boolean =>
  agent.activation === undefined && landing(agent, nowMs).length === 0;

/** The PATCHes that may still land. */
export const landing = (
  { pendings }: Pick<AgentVoices, 'pendings'>,
  nowMs: number,
): AgentVoices['pendings'][string][] => Object.values(pendings).filter(({ until }) => until > nowMs);

/** More entries than these are not taken away at a time: an expression of DynamoDB has 4 KB. */
const maxRemovals = 50;

/** Attempts whose PATCH can no longer land, as many as may be taken away at a time. */
export const expiredAttempts = ({ pendings }: Pick<AgentVoices, 'pendings'>, nowMs: number): string[] =>
  Object.entries(pendings)
    .filter(([, { until }]) => until <= nowMs)
    .map(([attempt]) => attempt)
    .slice(0, maxRemovals);

/** What the agent should have: the pair of its activation, else its baseline. */
export const desiredPair = ({ activation, baseline }: Pick<AgentVoices, 'activation' | 'baseline'>): Baseline =>
  activation === undefined
    ? { ...baseline }
    : { voice_id: activation.voice_id, first_message: activation.first_message };

/** Whether an agent that was found like this has what is wanted; a field that is not wanted may be anything. */
export const hasPair = (found: Baseline, wanted: Baseline): boolean =>
  (wanted.voice_id ?? found.voice_id) === found.voice_id &&
  (wanted.first_message ?? found.first_message) === found.first_message;

/**
 * The greetings once this one goes to the agent too. What was found there, if it is one of ours, is kept as long as the newest:
 * it stays on the agent while later PATCHes fail.
 */
export const withGreeting = (
  { greetings }: Pick<AgentVoices, 'greetings'>,
  found: string | undefined,
  text: string,
): string[] => {
  const there = found === undefined ? [] : [greetingDigest(found)].filter((digest) => greetings.includes(digest));
  const newest = [...new Set([...there, greetingDigest(text)])];
  return [...greetings.filter((known) => !newest.includes(known)), ...newest].slice(-maxGreetings);
};

/** Whether the ledger alone shows that a PATCH of ours put this voice there, or may have. */
export const isKnownVoice = ({ activation, pendings }: AgentVoices, voiceId: string): boolean =>
  activation?.voice_id === voiceId || Object.values(pendings).some(({ voice_id }) => voice_id === voiceId);

/**
 * The baseline after a look at the agent. What somebody else set, field by field, is the new baseline; what is ours never
 * becomes it. Beside a voice of ours that nobody remembers, the greeting counts as ours as well.
 */
export const baselineAfterLook = (agent: AgentVoices, found: Baseline, voiceIsOurs: boolean): Baseline => {
  const { baseline: known = {}, greetings } = agent;
  const greetingIsOurs =
    found.first_message !== undefined &&
    (greetings.includes(greetingDigest(found.first_message)) || (voiceIsOurs && greetings.length === 0));
  return {
    ...known,
    ...(found.voice_id !== undefined && !voiceIsOurs && { voice_id: found.voice_id }),
    ...(found.first_message !== undefined && !greetingIsOurs && { first_message: found.first_message }),
  };
};

/** Whether both say the same. */
export const isSameBaseline = (one: Baseline, other: Baseline): boolean =>
  one.voice_id === other.voice_id && one.first_message === other.first_message;

/** Greetings carry names; their digests do not, and an agent's item never expires. */
const greetingDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
