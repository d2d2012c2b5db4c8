import { type Caller, caller } from '../../domain/caller';
import type { LedgerTable } from './table';

/** A conversation that a caller begins. */
export interface CallerCall {
  readonly conversationId: string;
  readonly agentId: string;
  /** Unix seconds. */
  readonly startedAtS: number;
  /** When the caller's item may go, in unix seconds. */
  readonly expiresAtS: number;
}

/** The CALLER items, under the keyed hash of a phone number. */
export interface Callers {
  /** Undefined for one that is not known, or whose item has expired by `nowS`. */
  read(callerHash: string, nowS: number): Promise<Caller | undefined>;
  /** Records that the caller has this conversation, so that an end without its id finds it. */
  startCall(callerHash: string, call: CallerCall): Promise<void>;
  /** Takes the conversation away again. */
  endCall(callerHash: string, conversationId: string): Promise<void>;
  /** Remembers a voice for the caller's next call. */
  offer(callerHash: string, voiceId: string, sampleDigest: string, expiresAtS: number): Promise<void>;
}

const key = (callerHash: string): string => `CALLER#${callerHash}`;

/** The callers of this ledger. */
export const callers = (table: LedgerTable): Callers => ({
  read: async (callerHash, nowS) => {
    const seen = await table.get(key(callerHash), caller);
    return seen !== undefined && seen.expires_at > nowS ? seen : undefined;
  },
  startCall: async (callerHash, call) => {
    while (!((await addCall(table, callerHash, call)) || (await firstCall(table, callerHash, call))));
  },
  endCall: async (callerHash, conversationId) => {
    await table.update(key(callerHash), {
      UpdateExpression: 'REMOVE calls.#conversation',
      ConditionExpression: 'attribute_exists(calls)',
      ExpressionAttributeNames: { '#conversation': conversationId },
    });
  },
  offer: async (callerHash, voiceId, sampleDigest, expiresAtS) => {
    await table.update(key(callerHash), {
      UpdateExpression: 'SET kind = :kind, reusable = :voice, expires_at = :expiry',
      ExpressionAttributeValues: {
        ':kind': 'caller',
        ':voice': { voice_id: voiceId, sample_digest: sampleDigest },
        ':expiry': expiresAtS,
      },
    });
  },
});

const addCall = (table: LedgerTable, callerHash: string, call: CallerCall): Promise<boolean> =>
  table.update(key(callerHash), {
    UpdateExpression: 'SET calls.#conversation = :call, expires_at = :expiry',
    ConditionExpression: 'attribute_exists(calls)',
    ExpressionAttributeNames: { '#conversation': call.conversationId },
    ExpressionAttributeValues: {
      ':call': { agent_id: call.agentId, started_at: call.startedAtS },
      ':expiry': call.expiresAtS,
    },
  });

const firstCall = (table: LedgerTable, callerHash: string, call: CallerCall): Promise<boolean> =>
  table.update(key(callerHash), {
    UpdateExpression: 'SET kind = :kind, calls = :calls, expires_at = :expiry',
    ConditionExpression: 'attribute_not_exists(calls)',
    ExpressionAttributeValues: {
      ':kind': 'caller',
      ':calls': { [call.conversationId]: { agent_id: call.agentId, started_at: call.startedAtS } },
      ':expiry': call.expiresAtS,
    },
  });
