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
 * The changes of an AGENT item. A change of the baseline or of the activation raises `version`, and fails if another
 * write has raised it since the item was read. Each PATCH that may still land has an entry of its own in `pendings`,
 * and what it sets is noted in `carried`. These entries are written and removed one by one, at the same version.
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

/** An expiry in the year 2286, because agents never expire and an item without an expiry is not in the index. */
const neverS = 9_999_999_999;

/** Most entries to remove in one write, because a DynamoDB expression is limited to 4 KB. */
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

/** Returns the `carried` entry of a PATCH. PATCHes with the same voice and greeting share a key. */
const carriedBy = ({ voice_id, greeting, until }: PendingPatch): Record<string, CarriedPair> => {
  const voice = voice_id === undefined ? undefined : digestOf(voice_id);
  const pair = { ...(voice !== undefined && { voice }), ...(greeting !== undefined && { greeting }), until };
  return { [`${voice ?? ''}~${greeting ?? ''}`]: pair };
};

const entry = (attempt: string, patch: PendingPatch): Transition['to'] => ({
  [`pendings.${attempt}`]: patch,
  ...Object.fromEntries(Object.entries(carriedBy(patch)).map(([key, pair]) => [`carried.${key}`, pair])),
});

/** Changes what the agent should have, if the ledger's version is still the one that was read. */
const change = (agentId: string, { version }: Agent, to: Transition['to']): Transition => ({
  region: 'version',
  from: version === unknownAgent.version ? { pk: 'absent' } : { version: { is: version } },
  to: { agent_id: agentId, expires_at: neverS, ...to, version: version + 1 },
});

/** The id of an announced PATCH, and until when it may take effect. */
export interface Announced {
  readonly attempt: string;
  readonly untilMs: number;
}

/** What a conversation wants on the agent, and what reading the agent showed. */
export interface WantedActivation {
  readonly activation: Activation;
  readonly baseline: VoicePair;
  /** The agent as ElevenLabs showed it; undefined if the baseline comes from the ledger. */
  readonly observed?: { readonly pair: VoicePair; readonly version?: string };
}

/**
 * Makes a conversation's voice and greeting what the agent should have. Their PATCH may take effect until `untilMs`.
 * Removes `carried` entries that can no longer take effect and whose greeting the agent did not have.
 */
export const activate = (
  agentId: string,
  agent: Agent,
  { activation, baseline, observed }: WantedActivation,
  { attempt, untilMs, nowMs }: Announced & { readonly nowMs: number },
): Transition => {
  const { voice_id, first_message } = activation;
  const patch = pendingOf({ voice_id, first_message }, untilMs);
  const knownVersion = observed?.version === undefined ? {} : { known_version: observed.version };
  if (agent.version === unknownAgent.version)
    return change(agentId, agent, {
      baseline,
      activation,
      pendings: { [attempt]: patch },
      carried: carriedBy(patch),
      ...knownVersion,
    });
  return change(agentId, agent, {
    ...(observed !== undefined && removed(forgettable(agent, observed.pair, patch, nowMs))),
    ...expiredPendings(agent, nowMs),
    baseline,
    activation,
    ...entry(attempt, patch),
    ...knownVersion,
  });
};

/** Returns the paths of `carried` entries that can no longer take effect and whose greeting the agent does not have. */
const forgettable = (
  { carried }: Agent,
  { first_message }: VoicePair,
  nextPatch: PendingPatch,
  nowMs: number,
): string[] => {
  const observedGreeting = first_message === undefined ? undefined : digestOf(first_message);
  const keptDigests = [nextPatch.greeting, observedGreeting];
  const otherPairs = Object.entries(carried).filter(([, { greeting }]) => !keptDigests.includes(greeting));
  return expired(Object.fromEntries(otherPairs), 'carried', nowMs);
};

/** Ends this conversation's activation. Returns undefined if another activation has replaced it. */
export const deactivate = (
  agentId: string,
  agent: Agent,
  { conversationId, voiceId }: { conversationId: string; voiceId: string },
  nowMs: number,
): Transition | undefined =>
  agent.activation?.conversation_id === conversationId && agent.activation.voice_id === voiceId
    ? change(agentId, agent, { activation: undefined, ...expiredPendings(agent, nowMs) })
    : undefined;

/** Stores what a person set as the agent's baseline. `version`: ElevenLabs' version of the agent that has it. */
export const keepBaseline = (
  agentId: string,
  agent: Agent,
  { baseline, version }: { readonly baseline: VoicePair; readonly version: string | undefined },
  nowMs: number,
): Transition =>
  change(agentId, agent, {
    baseline,
    ...(version !== undefined && { known_version: version }),
    ...expiredPendings(agent, nowMs),
  });

/** Records the substitute for the agent's own voice, which ElevenLabs refused, until a person sets another. */
export const useStandIn = (agentId: string, agent: Agent, voiceId: string): Transition =>
  change(agentId, agent, {
    stand_in: {
      voice_id: voiceId,
      ...(agent.baseline?.voice_id !== undefined && { instead_of: agent.baseline.voice_id }),
    },
  });

const atVersion = (version: number, to: Transition['to']): Transition => ({
  region: 'pendings',
  from: { version: { is: version } },
  to,
});

/**
 * Announces a PATCH with this voice and greeting for this version of the agent in the ledger. `foundVersion` is the
 * version that ElevenLabs showed right before.
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

/** Removes the entry of a confirmed PATCH, if the agent's version has not changed since. */
export const confirm = (version: number, attempt: string): Transition =>
  atVersion(version, { [`pendings.${attempt}`]: undefined });

/**
 * Removes the entry of a PATCH that can no longer take effect: it was superseded or definitely refused. Ignores the
 * version.
 */
export const drop = (attempt: string): Transition => ({
  region: 'pendings',
  from: { pk: 'present' },
  to: { [`pendings.${attempt}`]: undefined },
});

/** Removes an erased voice from the baseline. Returns undefined if the baseline has another voice. */
export const forgetBaselineVoice = (
  agentId: string,
  agent: Agent,
  voiceIds: ReadonlySet<string>,
): Transition | undefined => {
  const { voice_id, first_message } = agent.baseline ?? {};
  if (voice_id === undefined || !voiceIds.has(voice_id)) return undefined;
  return change(agentId, agent, { baseline: first_message === undefined ? {} : { first_message } });
};

/** Removes the record of PATCHes, after the agent was found with its baseline and no PATCH in flight. */
export const clearSettled = (agent: Agent, nowMs: number): Transition =>
  atVersion(agent.version, { carried: {}, known_version: undefined, ...expiredPendings(agent, nowMs) });

/**
 * Records on the main branch's item that this other branch gets callers' voices. Returns undefined if already recorded.
 */
export const noteBranch = ({ branches }: Agent, branchId: string): Transition | undefined => {
  if (branches?.[branchId] === true) return undefined;
  return branches === undefined
    ? { region: 'branches', from: { pk: 'present', branches: 'absent' }, to: { branches: { [branchId]: true } } }
    : { region: 'branches', from: { branches: 'present' }, to: { [`branches.${branchId}`]: true } };
};

/** Adds a branch to the ledger with its own voice and greeting, before any PATCH of the branch is announced. */
export const introduce = (key: string, baseline: VoicePair): Transition =>
  change(key, unknownAgent, { baseline, pendings: {}, carried: {} });

/** Records that ElevenLabs would refuse a PATCH of the agent. */
export const refuse = (refused: PatchRefusal): Transition => ({
  region: 'refusal',
  from: { pk: 'present' },
  to: { refused },
});

/** Removes the recorded refusal of PATCHes of the agent. */
export const permit: Transition = { region: 'refusal', from: { refused: 'present' }, to: { refused: undefined } };
