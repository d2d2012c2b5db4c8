import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { type Activation, type AgentVoices, agentVoices, type Baseline, unknownAgent } from '../voices/agent';
import type { LedgerTable } from './table';

/** A PATCH that is about to be sent; `untilMs` is when it can no longer land. */
export interface Pending {
  readonly attempt: string;
  /** Undefined when the agent gets back a state without a voice. */
  readonly voiceId: string | undefined;
  readonly untilMs: number;
}

/** A change of what an agent should have. */
export interface AgentChange {
  readonly baseline: Baseline | undefined;
  readonly activation: Activation | undefined;
  readonly greetings: readonly string[];
  /** The PATCH that will carry it, announced with it. */
  readonly pending: Pending | undefined;
  /** Attempts whose PATCH can no longer land; their entries go. */
  readonly expired: readonly string[];
}

/** The AGENT items. Each write is conditional on the version that was read, and touches no other attempt's pending entry. */
export interface Agents {
  read(agentId: string): Promise<AgentVoices>;
  /** The ids of all agents that were ever given a voice; may miss one that came this very second. */
  list(): AsyncIterable<string>;
  /** Writes the change as version `seen + 1`; false when the version moved. */
  change(agentId: string, seen: number, change: AgentChange): Promise<boolean>;
  /** Announces a repeated PATCH; false when the version moved. */
  addPending(agentId: string, seen: number, pending: Pending): Promise<boolean>;
  /** Takes a confirmed PATCH's entry away; false when the version moved: the newer state has to be applied. */
  removePending(agentId: string, seen: number, attempt: string): Promise<boolean>;
  /** Takes an entry away whose PATCH has settled, after another one took its place. */
  dropPending(agentId: string, attempt: string): Promise<boolean>;
  /** Forgets greetings and entries that can no longer land, once the agent was seen to have its baseline; false when the version moved. */
  rest(agentId: string, seen: number, expired: readonly string[]): Promise<boolean>;
}

const key = (agentId: string): string => `AGENT#${agentId}`;

/** Agents never expire, but what has no expiry is not in the index: this one is in the year 2286. */
const neverS = 9_999_999_999;

/** The agents of this ledger; their items never expire. */
export const agents = (table: LedgerTable): Agents => ({
  read: async (agentId) => (await table.get(key(agentId), agentVoices)) ?? unknownAgent,
  list: async function* () {
    for await (const { agent_id } of table.ofKind('agent', z.object({ agent_id: elevenLabsId }))) yield agent_id;
  },
  change: (agentId, seen, change) =>
    seen === unknownAgent.version ? insert(table, agentId, change) : modify(table, agentId, seen, change),
  addPending: (agentId, seen, pending) =>
    table.update(key(agentId), {
      UpdateExpression: 'SET pendings.#attempt = :pending',
      ConditionExpression: 'version = :seen',
      ExpressionAttributeNames: { '#attempt': pending.attempt },
      ExpressionAttributeValues: { ':pending': entry(pending), ':seen': seen },
    }),
  removePending: (agentId, seen, attempt) =>
    table.update(key(agentId), {
      UpdateExpression: 'REMOVE pendings.#attempt',
      ConditionExpression: 'version = :seen',
      ExpressionAttributeNames: { '#attempt': attempt },
      ExpressionAttributeValues: { ':seen': seen },
    }),
  dropPending: (agentId, attempt) =>
    table.update(key(agentId), {
      UpdateExpression: 'REMOVE pendings.#attempt',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#attempt': attempt },
    }),
  rest: (agentId, seen, expired) => {
    const gone = removals(expired);
    return table.update(key(agentId), {
      UpdateExpression: `SET greetings = :none${gone.paths.length === 0 ? '' : ` REMOVE ${gone.paths.join(', ')}`}`,
      ConditionExpression: 'version = :seen',
      ...(gone.paths.length > 0 && { ExpressionAttributeNames: gone.names }),
      ExpressionAttributeValues: { ':none': [], ':seen': seen },
    });
  },
});

const entry = ({ voiceId, untilMs }: Pending): object => ({ voice_id: voiceId, until: untilMs });

const removals = (attempts: readonly string[]): { paths: string[]; names: Record<string, string> } => {
  const aliased = attempts.map((attempt, index) => [`#gone${index}`, attempt] as const);
  return { paths: aliased.map(([alias]) => `pendings.${alias}`), names: Object.fromEntries(aliased) };
};

const insert = (
  table: LedgerTable,
  agentId: string,
  { pending, baseline, activation, greetings }: AgentChange,
): Promise<boolean> =>
  table.put({
    Item: {
      pk: key(agentId),
      kind: 'agent',
      agent_id: agentId,
      version: unknownAgent.version + 1,
      baseline,
      activation,
      greetings,
      pendings: pending === undefined ? {} : { [pending.attempt]: entry(pending) },
      expires_at: neverS,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });

const modify = (table: LedgerTable, agentId: string, seen: number, change: AgentChange): Promise<boolean> => {
  const { pending, baseline, activation, greetings } = change;
  const gone = removals(change.expired);
  const sets = ['version = :next', 'greetings = :greetings'];
  const removed = [...gone.paths];
  if (pending !== undefined) sets.push('pendings.#attempt = :pending');
  if (baseline !== undefined) sets.push('baseline = :baseline');
  if (activation === undefined) removed.push('activation');
  else sets.push('activation = :activation');
  const names = { ...gone.names, ...(pending !== undefined && { '#attempt': pending.attempt }) };
  return table.update(key(agentId), {
    UpdateExpression: `SET ${sets.join(', ')}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`,
    ConditionExpression: 'version = :seen',
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: {
      ':seen': seen,
      ':next': seen + 1,
      ':greetings': greetings,
      ...(pending !== undefined && { ':pending': entry(pending) }),
      ...(activation !== undefined && { ':activation': activation }),
      ...(baseline !== undefined && { ':baseline': baseline }),
    },
  });
};
