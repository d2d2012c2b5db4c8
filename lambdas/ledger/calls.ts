import * as z from 'zod';
import { threeCxCall, type ThreeCxCall } from '../three-cx/three-cx-call';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The CALL items, and the CALLREF items that link a conversation to its 3CX call. */
export interface Calls extends Aggregate<ThreeCxCall> {
  /** Links a conversation to its 3CX call until the given time (unix seconds). Throws 503 when DynamoDB fails. */
  linkConversation(conversationId: string, call: string, expiresAtS: number): Promise<void>;
  /**
   * Finds the 3CX call (SHA-256 of its id) of a conversation. Returns undefined if the conversation has none. Throws
   * 503 when DynamoDB fails.
   */
  findByConversation(conversationId: string): Promise<string | undefined>;
}

const link = z.object({ call: z.string() });

/** Creates the store of 3CX calls in this ledger. */
export const calls = (table: LedgerTable): Calls => ({
  ...aggregate(table, { kind: 'call', schema: threeCxCall }),
  linkConversation: async (conversationId, call, expiresAtS) => {
    await table.put({
      Item: { pk: itemKey('callref', conversationId), kind: 'callref', call, expires_at: expiresAtS },
    });
  },
  findByConversation: async (conversationId) => (await table.get(itemKey('callref', conversationId), link))?.call,
});
