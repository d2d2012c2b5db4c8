import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** What the agent had before Precall. A field is absent if it was unset or set by Precall when it was read. */
const baselineSchema = z.object({ voice_id: elevenLabsId.optional(), first_message: z.string().optional() });

const activationSchema = z.object({
  conversation_id: elevenLabsId,
  voice_id: elevenLabsId,
  first_message: z.string(),
  /** Whether the initiation webhook recognises this caller. If so, any other call on the agent is another person's. */
  is_recognised: z.boolean().optional(),
});

/** The last moment at which the PATCH may take effect, in unix milliseconds. */
const untilSchema = z.number();

const pendingPatchSchema = z.object({
  voice_id: elevenLabsId.optional(),
  /** Digest of the greeting that the PATCH sets. */
  greeting: z.string().optional(),
  until: untilSchema,
});

/** Digests, because an agent's item never expires and must not name a caller or an erased voice. */
const carriedPairSchema = z.object({
  voice: z.string().optional(),
  greeting: z.string().optional(),
  until: untilSchema,
});

const refusalSchema = z.object({
  /** ElevenLabs' error code, or a `BlockerCode` from the agent's settings. */
  code: z.string(),
  kind: z.enum(['refused', 'access']),
  /** The name of the branch that can't be PATCHed. */
  branch: z.string().optional(),
  /** Until when no voice is cloned for the agent, in unix milliseconds. */
  until: untilSchema,
});

/**
 * The AGENT item of the ledger: what a branch of an agent has and should have. The main branch's key is the agent's id.
 * `version` rises with every change of what the agent should have. For states and changes, see agent-changes.ts.
 */
export const agentItem = z.object({
  version: z.number(),
  baseline: baselineSchema.optional(),
  /** The newest activation, while its conversation lasts. A superseded activation never returns. */
  activation: activationSchema.optional(),
  /** PATCHes that may still take effect, by attempt. */
  pendings: z.record(z.string(), pendingPatchSchema).default({}),
  /** What our PATCHes have set since the agent last had its baseline, by voice and greeting. */
  carried: z.record(z.string(), carriedPairSchema).default({}),
  /** ElevenLabs' agent version up to which the baseline includes persons' changes; absent without versions. */
  known_version: elevenLabsId.optional(),
  /** ElevenLabs refused the baseline's voice `instead_of`: the agent has `voice_id` until a person sets a voice. */
  stand_in: z.object({ instead_of: elevenLabsId.optional(), voice_id: elevenLabsId }).optional(),
  /** Only on the main branch: the other branches that were ever given a voice. */
  branches: z.record(elevenLabsId, z.literal(true)).optional(),
  /** Only on the main branch: why ElevenLabs would refuse a PATCH of a live branch, as of the last try. */
  refused: refusalSchema.optional(),
});

/** A voice and a greeting (first message). An absent field may have any value. */
export type VoicePair = z.infer<typeof baselineSchema>;
/** The voice and greeting that one conversation wants on the agent. */
export type Activation = z.infer<typeof activationSchema>;
/** An agent as stored in the ledger. */
export type Agent = z.infer<typeof agentItem>;
/** A PATCH that may still take effect. */
export type PendingPatch = z.infer<typeof pendingPatchSchema>;
/** Why an agent can't be PATCHed. */
export type PatchRefusal = z.infer<typeof refusalSchema>;
/** What a PATCH set, as digests, and until when it may take effect. */
export type CarriedPair = z.infer<typeof carriedPairSchema>;

/** An agent that is not in the ledger. */
export const unknownAgent: Agent = { version: 0, pendings: {}, carried: {} };

/** Returns the PATCHes that may still take effect. */
export const inFlightPatches = ({ pendings }: Pick<Agent, 'pendings'>, nowMs: number): PendingPatch[] =>
  Object.values(pendings).filter(({ until }) => until > nowMs);

/** Returns whether the agent has no activation and no PATCH in flight. */
export const isIdle = (agent: Agent, nowMs: number): boolean =>
  agent.activation === undefined && inFlightPatches(agent, nowMs).length === 0;

/** Returns until when a PATCH may set this voice, in unix milliseconds; undefined if none can. */
export const lastPossiblePatchMs = (agent: Agent, voiceId: string, nowMs: number): number | undefined => {
  const patches = inFlightPatches(agent, nowMs).filter(({ voice_id }) => voice_id === voiceId);
  return patches.length === 0 ? undefined : Math.max(...patches.map(({ until }) => until));
};

/** Returns the substitute for the baseline's voice, which ElevenLabs refused; undefined if there is none. */
export const standInOf = ({ stand_in: standIn, baseline }: Pick<Agent, 'stand_in' | 'baseline'>): string | undefined =>
  standIn !== undefined && standIn.instead_of === baseline?.voice_id ? standIn.voice_id : undefined;

/** Returns what the agent should have: its activation's voice and greeting, else its baseline. */
export const desiredPair = (agent: Pick<Agent, 'activation' | 'baseline' | 'stand_in'>): VoicePair => {
  const { activation, baseline } = agent;
  if (activation !== undefined) return { voice_id: activation.voice_id, first_message: activation.first_message };
  const standIn = standInOf(agent);
  return { ...baseline, ...(standIn !== undefined && { voice_id: standIn }) };
};

/** Returns whether an agent has the wanted voice and greeting. An absent wanted field matches any value. */
export const hasPair = (observed: VoicePair, wanted: VoicePair): boolean =>
  (wanted.voice_id ?? observed.voice_id) === observed.voice_id &&
  (wanted.first_message ?? observed.first_message) === observed.first_message;

/** Returns whether the ledger's item shows that our PATCH has set this voice, or may have. */
export const isKnownVoice = ({ activation, pendings }: Agent, voiceId: string): boolean =>
  activation?.voice_id === voiceId || Object.values(pendings).some(({ voice_id }) => voice_id === voiceId);

/** Returns whether both have the same voice and greeting. */
export const isSamePair = (one: VoicePair, other: VoicePair): boolean =>
  one.voice_id === other.voice_id && one.first_message === other.first_message;

/** Returns the digest of a greeting, which may contain a name, or of a voice id. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Returns the ledger entry of a PATCH with this voice and greeting. */
export const pendingOf = ({ voice_id, first_message }: VoicePair, untilMs: number): PendingPatch => ({
  ...(voice_id !== undefined && { voice_id }),
  ...(first_message !== undefined && { greeting: digestOf(first_message) }),
  until: untilMs,
});
