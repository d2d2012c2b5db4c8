import type { Transition } from '../platform/transition';
import {
  type Activation,
  type Agent,
  type CarriedPair,
  digestOf,
  type PatchRefusal,
  pendingOf,
  type PendingPatch,
  unknownAgent,
  type VoicePair,
} from './agent';

/*
 * The changes of an AGENT item. The baseline and the activation change by version; entries of PATCHes that may still
 * land, and what they carried, come and go by path.
 *
 *                activate                             activate (supersedes for good)
 *   at rest ─────────────────► activated ───────────────────────────────► activated
 *      ▲                           │ deactivate
 *      └── clearSettled ── restoring ◄┘
 *
 *   In every state: keepBaseline (a person's change), announce (a repeated PATCH), confirm and drop (its entry goes).
 *   When restoring: useStandIn (ElevenLabs refused the agent's own voice).
 *   Beside that: introduce and noteBranch (branches), refuse and permit (whether PATCHes are worth a clone).
 */

/** Agents never expire, but what has no expiry is not in the index: this one is in the year 2286. */
const neverS = 9_999_999_999;

/** More entries than these are not removed at a time: an expression of DynamoDB has 4 KB. */
const maxRemovals = 50;

const expired = (map: Readonly<Record<string, { readonly until: number }>>, path: string, nowMs: number): string[] =>
  Object.entries(map)
    .filter(([, { until }]) => until <= nowMs)
    .map(([key]) => `${path}.${key}`)
    .slice(0, maxRemovals);

const removed = (paths: readonly string[]): Transition['to'] =>
  Object.fromEntries(paths.map((path) => [path, undefined]));

const expiredPendings = ({ pendings }: Agent, nowMs: number): Transition['to'] =>
  removed(expired(pendings, 'pendings', nowMs));

/** What a PATCH carries, under a key that two PATCHes with the same pair share. */
const carriedBy = ({ voice_id, greeting, until }: PendingPatch): Record<string, CarriedPair> => {
  const voice = voice_id === undefined ? undefined : digestOf(voice_id);
  const pair = { ...(voice !== undefined && { voice }), ...(greeting !== undefined && { greeting }), until };
  return { [`${voice ?? ''}~${greeting ?? ''}`]: pair };
};

const entry = (attempt: string, patch: PendingPatch): Transition['to'] => ({
  [`pendings.${attempt}`]: patch,
  ...Object.fromEntries(Object.entries(carriedBy(patch)).map(([key, pair]) => [`carried.${key}`, pair])),
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

/** What a conversation wants, and what its look at the agent showed. */
export interface WantedActivation {
  readonly activation: Activation;
  readonly baseline: VoicePair;
  /** The agent as it was found; undefined when another conversation's look is relied on. */
  readonly found?: { readonly pair: VoicePair; readonly version?: string };
}

/**
 * A conversation's pair is what the agent should have, and its PATCH may land until `untilMs`. What earlier PATCHes
 * carried, which can no longer land and which the agent was found without, is forgotten.
 */
export const activate = (
  agentId: string,
  seen: Agent,
  { activation: wanted, baseline: own, found }: WantedActivation,
  { attempt, untilMs }: Announced,
  nowMs: number,
): Transition => {
  const { voice_id, first_message } = wanted;
  const patch = pendingOf({ voice_id, first_message }, untilMs);
  const seenVersion = found?.version === undefined ? {} : { known_version: found.version };
  if (seen.version === unknownAgent.version)
    return change(agentId, seen, {
      baseline: own,
      activation: wanted,
      pendings: { [attempt]: patch },
      carried: carriedBy(patch),
      ...seenVersion,
    });
  return change(agentId, seen, {
    ...(found !== undefined && removed(forgettable(seen, found.pair, patch, nowMs))),
    ...expiredPendings(seen, nowMs),
    baseline: own,
    activation: wanted,
    ...entry(attempt, patch),
    ...seenVersion,
  });
};

const forgettable = ({ carried }: Agent, found: VoicePair, next: PendingPatch, nowMs: number): string[] => {
  const kept = [next.greeting, found.first_message === undefined ? undefined : digestOf(found.first_message)];
  const others = Object.entries(carried).filter(([, { greeting }]) => !kept.includes(greeting));
  return expired(Object.fromEntries(others), 'carried', nowMs);
};

/** The conversation of the activation is over; undefined when another's took its place. */
export const deactivate = (
  agentId: string,
  seen: Agent,
  { conversationId, voiceId }: { conversationId: string; voiceId: string },
  nowMs: number,
): Transition | undefined =>
  seen.activation?.conversation_id === conversationId && seen.activation.voice_id === voiceId
    ? change(agentId, seen, { activation: undefined, ...expiredPendings(seen, nowMs) })
    : undefined;

/** What a person set, as far as this version of the agent at ElevenLabs shows it, is the baseline from now on. */
export const keepBaseline = (
  agentId: string,
  seen: Agent,
  own: VoicePair,
  foundVersion: string | undefined,
  nowMs: number,
): Transition =>
  change(agentId, seen, {
    baseline: own,
    ...(foundVersion !== undefined && { known_version: foundVersion }),
    ...expiredPendings(seen, nowMs),
  });

/** ElevenLabs refused the agent's own voice: this one stands in for it until a person sets another. */
export const useStandIn = (agentId: string, seen: Agent, voiceId: string): Transition =>
  change(agentId, seen, {
    stand_in: {
      voice_id: voiceId,
      ...(seen.baseline?.voice_id !== undefined && { instead_of: seen.baseline.voice_id }),
    },
  });

const atVersion = (version: number, to: Transition['to']): Transition => ({
  region: 'pendings',
  from: { version: { is: version } },
  to,
});

/**
 * A PATCH with this pair is sent for the state of the agent at this version; `foundVersion` is ElevenLabs' version that
 * a look showed right before.
 */
export const announce = (
  version: number,
  { attempt, untilMs }: Announced,
  pair: VoicePair,
  foundVersion?: string,
): Transition =>
  atVersion(version, {
    ...entry(attempt, pendingOf(pair, untilMs)),
    ...(foundVersion !== undefined && { known_version: foundVersion }),
  });

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
  atVersion(seen.version, { carried: {}, known_version: undefined, ...expiredPendings(seen, nowMs) });

/** Notes on the main branch's item that this other branch may have our voice; undefined where that is known. */
export const noteBranch = ({ branches }: Agent, branchId: string): Transition | undefined => {
  if (branches?.[branchId] === true) return undefined;
  return branches === undefined
    ? { region: 'branches', from: { pk: 'present', branches: 'absent' }, to: { branches: { [branchId]: true } } }
    : { region: 'branches', from: { branches: 'present' }, to: { [`branches.${branchId}`]: true } };
};

/** The ledger gets to know a branch, with what it has of its own, before anything is announced for it. */
export const introduce = (key: string, own: VoicePair): Transition =>
  change(key, unknownAgent, { baseline: own, pendings: {}, carried: {} });

/** ElevenLabs would refuse a PATCH of the agent. */
export const refuse = (refused: PatchRefusal): Transition => ({
  region: 'refusal',
  from: { pk: 'present' },
  to: { refused },
});

/** Nothing speaks against a PATCH of the agent any more. */
export const permit: Transition = { region: 'refusal', from: { refused: 'present' }, to: { refused: undefined } };
