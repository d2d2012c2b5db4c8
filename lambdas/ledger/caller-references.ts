import * as z from 'zod';
import { threeCxCall } from '../three-cx/three-cx-call';
import type { LedgerTable } from './table';

/** What leads from a caller to a call of 3CX. */
export interface CallTrace {
  /** The key of its item. */
  readonly key: string;
  /** Unix seconds. */
  readonly receivedAtS: number;
  /** The conversations that were placed for it. */
  readonly conversationIds: readonly string[];
}

/** The CALL items, as far as erasing goes. */
export interface CallTraces {
  /** The calls of a caller; eventually consistent. */
  ofCaller(callerHash: string): AsyncIterable<CallTrace>;
  /**
   * Takes everything of a call away but that it was claimed, and keeps that until then (unix seconds): the same event again rings
   * nobody, and a later one brings nothing back.
   */
  erase(key: string, erasedAtS: number, expiresAtS: number): Promise<void>;
}

const item = threeCxCall
  .pick({ received_at: true, greeting: true, agent_call: true })
  .extend({ pk: z.string() })
  .transform(({ pk, received_at = 0, greeting, agent_call }) => ({
    key: pk,
    receivedAtS: Math.floor(received_at / 1000),
    conversationIds: [greeting?.conversation_id, agent_call?.conversation_id].filter((id) => id !== undefined),
  }));

/** In place of the attempt that had claimed it. */
const erased = 'erased';

/** The calls of this ledger. */
export const callTraces = (table: LedgerTable): CallTraces => ({
  ofCaller: (callerHash) => table.ofKind('call', item, { callerHash }),
  erase: async (key, erasedAtS, expiresAtS) => {
    const agent_call = { state: 'expired', attempt: erased };
    const bare = { attempt: erased, threecx_call_id: '', is_queued: true, agent_call };
    await table.put({ Item: { pk: key, kind: 'call', ...bare, erased_at: erasedAtS, expires_at: expiresAtS } });
  },
});
