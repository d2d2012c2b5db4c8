import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import type { Transition } from '../platform/transition';

/*
 * What an agent has and should have. The baseline and the activation change by version; entries of PATCHes that may
 * still land, and digests of the greetings that they carried, come and go by path.
 *
 *                activate                             activate (supersedes for good)
 *   at rest ─────────────────► activated ───────────────────────────────► activated
 *      ▲                           │ deactivate
 *      └── clearSettled ── restoring ◄┘
 *
 *   In every state: keepBaseline (a person's change), announce (a repeated PATCH), confirm and drop (its entry goes).
 */

/** What the agent had before us; a field is absent when it was ours or nobody's when it was read. */
const baseline = z.object({ voice_id: elevenLabsId.optional(), first_message: z.string().optional() });

const activation = z.object({
  conversation_id: elevenLabsId,
  voice_id: elevenLabsId,
  first_message: z.string(),
  /** Whether the initiation webhook recognises its caller, so that every other call is somebody else's. */
  is_recognised: z.boolean().optional(),
});

const pending = z.object({
  voice_id: elevenLabsId.optional(),
  /** Digest of the greeting that it carries. */
  greeting: z.string().optional(),
  /** Unix milliseconds: it can no longer land after that. */
  until: z.number(),
});

/** The AGENT item of the ledger. `version` rises with every change of what the agent should have. */
export const agentItem = z.object({
  version: z.number(),
  baseline: baseline.optional(),
  /** The newest one, while its conversation lasts; one that it superseded never comes back. */
  activation: activation.optional(),
  /** PATCHes that may still land, by attempt. */
  pendings: z.record(z.string(), pending).default({}),
  /**
   * Digests of greetings that our PATCHes carried since the agent last had its baseline; until when such a PATCH may
   * land.
   */
  greetings: z.record(z.string(), z.number()).default({}),
});

/** A voice and a first message; a field that is absent may be anything. */
export type VoicePair = z.infer<typeof baseline>;
/** The voice and greeting that one conversation wants on the agent. */
export type Activation = z.infer<typeof activation>;
/** An agent as the ledger has it. */
export type Agent = z.infer<typeof agentItem>;
/** A PATCH that may still land. */
export type PendingPatch = z.infer<typeof pending>;

/** An agent that the ledger has never seen. */
export const unknownAgent: Agent = { version: 0, pendings: {}, greetings: {} };

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

/** What the agent should have: the pair of its activation, else its baseline. */
export const desiredPair = ({ activation: now, baseline: own }: Pick<Agent, 'activation' | 'baseline'>): VoicePair =>
  now === undefined ? { ...own } : { voice_id: now.voice_id, first_message: now.first_message };

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

/** Greetings carry names; their digests do not, and an agent's item never expires. */
export const greetingDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The entry of a PATCH with this pair. */
export const pendingPatch = ({ voice_id, first_message }: VoicePair, untilMs: number): PendingPatch => ({
  ...(voice_id !== undefined && { voice_id }),
  ...(first_message !== undefined && { greeting: greetingDigest(first_message) }),
  until: untilMs,
});

/** Agents never expire, but what has no expiry is not in the index: this one is in the year 2286. */
const neverS = 9_999_999_999;

/** More entries than these are not removed at a time: an expression of DynamoDB has 4 KB. */
const maxRemovals = 50;

const expiredKeys = (untils: Readonly<Record<string, number>>, path: string, nowMs: number): string[] =>
  Object.entries(untils)
    .filter(([, until]) => until <= nowMs)
    .map(([key]) => `${path}.${key}`)
    .slice(0, maxRemovals);

const expiredPendings = ({ pendings }: Agent, nowMs: number): string[] =>
  expiredKeys(Object.fromEntries(Object.entries(pendings).map(([key, { until }]) => [key, until])), 'pendings', nowMs);

const removed = (paths: readonly string[]): Transition['to'] =>
  Object.fromEntries(paths.map((path) => [path, undefined]));

const entry = (attempt: string, patch: PendingPatch): Transition['to'] => ({
  [`pendings.${attempt}`]: patch,
  ...(patch.greeting !== undefined && { [`greetings.${patch.greeting}`]: patch.until }),
});

/** A change of what the agent should have, while the version that was read still stands. */
const change = (agentId: string, { version }: Agent, to: Transition['to']): Transition => ({
  region: 'version',
  from: version === unknownAgent.version ? { pk: 'absent' } : { version: { is: version } },
  to: { agent_id: agentId, expires_at: neverS, ...to, version: version + 1 },
});

/** A PATCH that was announced under this id. */
export interface Announced {
  readonly attempt: string;
  readonly untilMs: number;
}

/**
 * A conversation's pair is what the agent should have, and its PATCH may land until `untilMs`. Greetings whose last
 * PATCH can no longer land, and which the agent was found without, are forgotten.
 */
export const activate = (
  agentId: string,
  seen: Agent,
  { activation: wanted, baseline: own, found }: { activation: Activation; baseline: VoicePair; found?: VoicePair },
  { attempt, untilMs }: Announced,
  nowMs: number,
): Transition => {
  const { voice_id, first_message } = wanted;
  const patch = pendingPatch({ voice_id, first_message }, untilMs);
  if (seen.version === unknownAgent.version)
    return change(agentId, seen, {
      baseline: own,
      activation: wanted,
      pendings: { [attempt]: patch },
      greetings: patch.greeting === undefined ? {} : { [patch.greeting]: patch.until },
    });
  const kept = [patch.greeting, ...(found?.first_message === undefined ? [] : [greetingDigest(found.first_message)])];
  const forgotten = found === undefined ? [] : expiredKeys(seen.greetings, 'greetings', nowMs);
  return change(agentId, seen, {
    ...removed(forgotten.filter((path) => !kept.some((digest) => path === `greetings.${digest ?? ''}`))),
    ...removed(expiredPendings(seen, nowMs)),
    baseline: own,
    activation: wanted,
    ...entry(attempt, patch),
  });
};

/** The conversation of the activation is over; undefined when another's took its place. */
export const deactivate = (
  agentId: string,
  seen: Agent,
  { conversationId, voiceId }: { conversationId: string; voiceId: string },
  nowMs: number,
): Transition | undefined =>
  seen.activation?.conversation_id === conversationId && seen.activation.voice_id === voiceId
    ? change(agentId, seen, { activation: undefined, ...removed(expiredPendings(seen, nowMs)) })
    : undefined;

/** What a person set is the baseline from now on. */
export const keepBaseline = (agentId: string, seen: Agent, own: VoicePair, nowMs: number): Transition =>
  change(agentId, seen, { baseline: own, ...removed(expiredPendings(seen, nowMs)) });

const atVersion = (version: number, to: Transition['to']): Transition => ({
  region: 'pendings',
  from: { version: { is: version } },
  to,
});

/** A PATCH with what the agent should have at this version is sent again. */
export const announce = (version: number, { attempt, untilMs }: Announced, pair: VoicePair): Transition =>
  atVersion(version, entry(attempt, pendingPatch(pair, untilMs)));

/** The PATCH was confirmed and the version still stands: its entry goes. */
export const confirm = (version: number, attempt: string): Transition =>
  atVersion(version, { [`pendings.${attempt}`]: undefined });

/**
 * The entry of a PATCH that can no longer land goes, whatever the version: it was superseded, or refused for certain.
 */
export const drop = (attempt: string): Transition => ({
  region: 'pendings',
  from: { pk: 'present' },
  to: { [`pendings.${attempt}`]: undefined },
});

/** A baseline that names an erased voice forgets it; undefined for any other. */
export const forgetBaselineVoice = (
  agentId: string,
  seen: Agent,
  voiceIds: ReadonlySet<string>,
): Transition | undefined => {
  const { voice_id, first_message } = seen.baseline ?? {};
  if (voice_id === undefined || !voiceIds.has(voice_id)) return undefined;
  return change(agentId, seen, { baseline: first_message === undefined ? {} : { first_message } });
};

/** The agent was found with its baseline and nothing in flight: what was remembered of PATCHes goes. */
export const clearSettled = (seen: Agent, nowMs: number): Transition =>
  atVersion(seen.version, { greetings: {}, ...removed(expiredPendings(seen, nowMs)) });
