import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** What the agent had before us; a field is absent when it was ours or nobody's when it was read. */
const baseline = z.object({ voice_id: elevenLabsId.optional(), first_message: z.string().optional() });

const activation = z.object({
  conversation_id: elevenLabsId,
  voice_id: elevenLabsId,
  first_message: z.string(),
  /** Whether the initiation webhook recognises this caller. Any other call on the agent then is another person's. */
  is_recognised: z.boolean().optional(),
});

/** The last moment at which the PATCH can still land, in unix milliseconds. */
const until = z.number();

const pendingPatch = z.object({
  voice_id: elevenLabsId.optional(),
  /** Digest of the greeting that it carries. */
  greeting: z.string().optional(),
  until,
});

/** Digests: an agent's item never expires, and must not name a caller, nor a voice that was erased. */
const carriedPair = z.object({ voice: z.string().optional(), greeting: z.string().optional(), until });

const refusal = z.object({
  /** ElevenLabs' code, or ours for what an agent's settings show. */
  code: z.string(),
  kind: z.enum(['refused', 'access']),
  /** The name of the branch that it is about. */
  branch: z.string().optional(),
  /** Until then nothing is cloned for the agent, in unix milliseconds. */
  until,
});

/**
 * The AGENT item of the ledger: what a branch of an agent has and should have. The main branch has the agent's id. `version` rises with every change of what the agent
 * should have; agent-changes.ts has its states and changes.
 */
export const agentItem = z.object({
  version: z.number(),
  baseline: baseline.optional(),
  /** The newest one, while its conversation lasts; one that it superseded never comes back. */
  activation: activation.optional(),
  /** PATCHes that may still land, by attempt. */
  pendings: z.record(z.string(), pendingPatch).default({}),
  /** What our PATCHes carried since the agent last had its baseline, by voice and greeting. */
  carried: z.record(z.string(), carriedPair).default({}),
  /** ElevenLabs' version of the agent up to which persons' changes are in the baseline; absent without versions. */
  known_version: elevenLabsId.optional(),
  /** ElevenLabs refused the baseline's voice `instead_of`; the agent has `voice_id` until a person sets a voice. */
  stand_in: z.object({ instead_of: elevenLabsId.optional(), voice_id: elevenLabsId }).optional(),
  /** Of the main branch: the other branches that were ever given a voice. */
  branches: z.record(elevenLabsId, z.literal(true)).optional(),
  /** Of the main branch: why ElevenLabs would refuse a PATCH of a live branch, as of the last try. */
  refused: refusal.optional(),
});

/** A voice and a first message; a field that is absent may be anything. */
export type VoicePair = z.infer<typeof baseline>;
/** The voice and greeting that one conversation wants on the agent. */
export type Activation = z.infer<typeof activation>;
/** An agent as the ledger has it. */
export type Agent = z.infer<typeof agentItem>;
/** A PATCH that may still land. */
export type PendingPatch = z.infer<typeof pendingPatch>;
/** Why an agent can't be PATCHed. */
export type PatchRefusal = z.infer<typeof refusal>;
/** What a PATCH carried, as digests, and until when it may land. */
export type CarriedPair = z.infer<typeof carriedPair>;

/** An agent that the ledger has never seen. */
export const unknownAgent: Agent = { version: 0, pendings: {}, carried: {} };

/** The PATCHes that may still land. */
export const inFlightPatches = ({ pendings }: Pick<Agent, 'pendings'>, nowMs: number): PendingPatch[] =>
  Object.values(pendings).filter(({ until }) => until > nowMs);

/** Whether the agent has no activation and no PATCH in flight. */
export const isIdle = (agent: Agent, nowMs: number): boolean =>
  agent.activation === undefined && inFlightPatches(agent, nowMs).length === 0;

/** When the last PATCH that may bring this voice can no longer land, in unix milliseconds; undefined if none can. */
export const lastPossiblePatchMs = (agent: Agent, voiceId: string, nowMs: number): number | undefined => {
  const coming = inFlightPatches(agent, nowMs).filter(({ voice_id }) => voice_id === voiceId);
  return coming.length === 0 ? undefined : Math.max(...coming.map(({ until }) => until));
};

/** The voice that stands in for the baseline's, which ElevenLabs refused; undefined while there is none. */
export const standInOf = ({
  stand_in: now,
  baseline: own,
}: Pick<Agent, 'stand_in' | 'baseline'>): string | undefined =>
  now !== undefined && now.instead_of === own?.voice_id ? now.voice_id : undefined;

/** What the agent should have: the pair of its activation, else its baseline. */
export const desiredPair = (agent: Pick<Agent, 'activation' | 'baseline' | 'stand_in'>): VoicePair => {
  const { activation: now, baseline: own } = agent;
  if (now !== undefined) return { voice_id: now.voice_id, first_message: now.first_message };
  const standIn = standInOf(agent);
  return { ...own, ...(standIn !== undefined && { voice_id: standIn }) };
};

/** Whether an agent that was found like this has what is wanted. */
export const hasPair = (found: VoicePair, wanted: VoicePair): boolean =>
  (wanted.voice_id ?? found.voice_id) === found.voice_id &&
  (wanted.first_message ?? found.first_message) === found.first_message;

/** Whether the ledger alone shows that our PATCH set this voice, or may have. */
export const isKnownVoice = ({ activation: now, pendings }: Agent, voiceId: string): boolean =>
  now?.voice_id === voiceId || Object.values(pendings).some(({ voice_id }) => voice_id === voiceId);

/** Whether both say the same. */
export const isSamePair = (one: VoicePair, other: VoicePair): boolean =>
  one.voice_id === other.voice_id && one.first_message === other.first_message;

/** The digest of a greeting, which may hold a name, or of a voice's id. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The entry of a PATCH with this pair. */
export const pendingOf = ({ voice_id, first_message }: VoicePair, untilMs: number): PendingPatch => ({
  ...(voice_id !== undefined && { voice_id }),
  ...(first_message !== undefined && { greeting: digestOf(first_message) }),
  until: untilMs,
});
