import { conversationItem, type Conversation } from '../voices/conversation';
import { type Aggregate, aggregate } from './aggregate';
import type { LedgerTable } from './table';

/** The CONVERSATION items. */
export type Conversations = Aggregate<Conversation>;

/** Creates the store of conversations in this ledger. */
export const conversations = (table: LedgerTable): Conversations =>
  aggregate<Conversation>(table, { kind: 'conversation', schema: conversationItem });
