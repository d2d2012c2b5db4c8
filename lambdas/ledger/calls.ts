import * as z from 'zod';
import { threeCxCall, type ThreeCxCall } from '../three-cx/three-cx-call';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The CALL items, and the CALLREF items by which the end of a conversation finds its 3CX call. */
export interface Calls extends Aggregate<ThreeCxCall> {
  /** Lets the end of a conversation find its 3CX call until then (unix seconds). Throws 503. */
  linkConversation(conversationId: string, call: string, expiresAtS: number): Promise<void>;
  /**
   * The 3CX call (SHA-256 of its id) that a conversation was placed for; undefined for any other conversation. Throws
   * 503.
   */
  findByConversation(conversationId: string): Promise<string | undefined>;
}

const link = z.object({ call: z.string() });

/** The 3CX calls of this ledger. */
export const calls = (table: LedgerTable): Calls => ({
  ...aggregate(table, { kind: 'call', schema: threeCxCall }),
  linkConversation: async (conversationId, call, expiresAtS) => {
    await table.put({
      Item: { pk: itemKey('callref', conversationId), kind: 'callref', call, expires_at: expiresAtS },
    });
  },
  findByConversation: async (conversationId) => (await table.get(itemKey('callref', conversationId), link))?.call,
});
