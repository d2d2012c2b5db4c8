import { type Activation, type AgentVoices, agentVoices, type Baseline, unknownAgent } from '../../domain/agent-voice';
import type { LedgerTable } from './table';

/** A PATCH that is about to be sent; `untilMs` is when it can no longer land. */
export interface Pending {
  readonly attempt: string;
  /** Undefined when the agent gets back a state without a voice. */
  readonly voiceId: string | undefined;
  readonly untilMs: number;
}

/** A change of what an agent should have, with the PATCH that will carry it. */
export interface AgentChange {
  readonly baseline: Baseline | undefined;
  readonly activations: readonly Activation[];
  readonly pending: Pending;
  /** Attempts whose PATCH can no longer land; their entries go. */
  readonly expired: readonly string[];
}

/** The AGENT items. Each write is conditional on the version that was read, and touches no other attempt's pending entry. */
export interface Agents {
  read(agentId: string): Promise<AgentVoices>;
  /** Writes the change and its pending entry as one, as version `seen + 1`; false when the version moved. */
  change(agentId: string, seen: number, change: AgentChange): Promise<boolean>;
  /** Announces a repeated PATCH; false when the version moved. */
  addPending(agentId: string, seen: number, pending: Pending): Promise<boolean>;
  /** Takes a confirmed PATCH's entry away; false when the version moved: the newer state has to be applied. */
  removePending(agentId: string, seen: number, attempt: string): Promise<boolean>;
  /** Takes an entry away whose PATCH has settled, after another one took its place. */
  dropPending(agentId: string, attempt: string): Promise<boolean>;
}

const key = (agentId: string): string => `AGENT#${agentId}`;

/** The agents of this ledger; their items never expire. */
export const agents = (table: LedgerTable): Agents => ({
  read: async (agentId) => (await table.get(key(agentId), agentVoices)) ?? unknownAgent,
  change: (agentId, seen, change) =>
    seen === unknownAgent.version ? insert(table, agentId, change) : modify(table, agentId, seen, change),
  addPending: (agentId, seen, { attempt, voiceId, untilMs }) =>
    table.update(key(agentId), {
      UpdateExpression: 'SET pendings.#attempt = :pending',
      ConditionExpression: 'version = :seen',
      ExpressionAttributeNames: { '#attempt': attempt },
      ExpressionAttributeValues: { ':pending': { voice_id: voiceId, until: untilMs }, ':seen': seen },
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
});

const insert = (table: LedgerTable, agentId: string, change: AgentChange): Promise<boolean> => {
  const { attempt, voiceId, untilMs } = change.pending;
  return table.put({
    Item: {
      pk: key(agentId),
      kind: 'agent',
      agent_id: agentId,
      version: unknownAgent.version + 1,
      baseline: change.baseline,
      activations: change.activations,
      pendings: { [attempt]: { voice_id: voiceId, until: untilMs } },
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
};

const modify = (table: LedgerTable, agentId: string, seen: number, change: AgentChange): Promise<boolean> => {
  const { attempt, voiceId, untilMs } = change.pending;
  const gone = change.expired.map((name, index) => [`#gone${index}`, name] as const);
  const removals = gone.length === 0 ? '' : ` REMOVE ${gone.map(([alias]) => `pendings.${alias}`).join(', ')}`;
  const baseline = change.baseline === undefined ? '' : ', baseline = :baseline';
  return table.update(key(agentId), {
    UpdateExpression: `SET version = :next, activations = :activations, pendings.#attempt = :pending${baseline}${removals}`,
    ConditionExpression: 'version = :seen',
    ExpressionAttributeNames: { '#attempt': attempt, ...Object.fromEntries(gone) },
    ExpressionAttributeValues: {
      ':seen': seen,
      ':next': seen + 1,
      ':activations': change.activations,
      ':pending': { voice_id: voiceId, until: untilMs },
      ...(change.baseline !== undefined && { ':baseline': change.baseline }),
    },
  });
};
