import { type Erasure, erasure } from '../callers/erasure/erasure';
import type { LedgerTable } from './table';

/** An erasure that is asked for. */
export interface NewErasure {
  readonly erasureId: string;
  readonly callerHashes: readonly string[];
  /** What is known of the caller by what is about to be forgotten. */
  readonly traces: Traces;
  /** Unix seconds, as are the others. */
  readonly requestedAtS: number;
  readonly erasedAtS: number;
  readonly settledAtS: number;
  readonly expiresAtS: number;
}

/** What leads to something of a caller's. */
export interface Traces {
  readonly voiceIds: Iterable<string>;
  readonly conversationIds: Iterable<string>;
  readonly recordIds: Iterable<string>;
  readonly agentIds: Iterable<string>;
  /** What was found, to be counted. */
  readonly found: Iterable<string>;
}

/** The ERASURE items. */
export interface Erasures {
  read(erasureId: string): Promise<Erasure | undefined>;
  create(made: NewErasure): Promise<void>;
  /** Adds what a pass found, so that the next one knows it when nothing else does; false when the erasure is done. */
  remember(erasureId: string, traces: Partial<Traces>): Promise<boolean>;
  /** Ends it: counts, conversations and agents stay, what leads to the caller goes. False when it was done already. */
  finish(erasureId: string, counts: Readonly<Record<string, number>>, atS: number): Promise<boolean>;
}

const key = (erasureId: string): string => `ERASURE#${erasureId}`;

/** The erasures of this ledger. */
export const erasures = (table: LedgerTable): Erasures => ({
  read: (erasureId) => table.get(key(erasureId), erasure),
  create: async (made) => {
    await table.put({
      Item: {
        pk: key(made.erasureId),
        kind: 'erasure',
        erasure_id: made.erasureId,
        state: 'running',
        requested_at: made.requestedAtS,
        erased_at: made.erasedAtS,
        settled_at: made.settledAtS,
        caller_hashes: new Set(made.callerHashes),
        ...setsOf(made.traces),
        expires_at: made.expiresAtS,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  },
  remember: (erasureId, traces) => remember(table, erasureId, setsOf(traces)),
  finish: (erasureId, counts, atS) =>
    table.update(key(erasureId), {
      UpdateExpression:
        'SET #state = :done, finished_at = :at, #counts = :counts REMOVE caller_hashes, voice_ids, record_ids, #found',
      ConditionExpression: '#state = :running',
      ExpressionAttributeNames: { '#state': 'state', '#counts': 'counts', '#found': 'found' },
      ExpressionAttributeValues: { ':done': 'done', ':running': 'running', ':at': atS, ':counts': counts },
    }),
});

/** As sets of DynamoDB, which cannot be empty. */
const setsOf = (traces: Partial<Traces>): Record<string, Set<string>> => {
  const sets = {
    voice_ids: new Set(traces.voiceIds),
    conversation_ids: new Set(traces.conversationIds),
    record_ids: new Set(traces.recordIds),
    agent_ids: new Set(traces.agentIds),
    found: new Set(traces.found),
  };
  return Object.fromEntries(Object.entries(sets).filter(([, { size }]) => size > 0));
};

const remember = (table: LedgerTable, erasureId: string, sets: Record<string, Set<string>>): Promise<boolean> => {
  const entries = Object.entries(sets);
  const additions = entries.map((_entry, index) => `#s${index} :s${index}`).join(', ');
  return entries.length === 0
    ? Promise.resolve(true)
    : table.update(key(erasureId), {
        UpdateExpression: `ADD ${additions}`,
        ConditionExpression: '#state = :running',
        ExpressionAttributeNames: {
          '#state': 'state',
          ...Object.fromEntries(entries.map(([name], index) => [`#s${index}`, name])),
        },
        ExpressionAttributeValues: {
          ':running': 'running',
          ...Object.fromEntries(entries.map(([, values], index) => [`:s${index}`, values])),
        },
      });
};
