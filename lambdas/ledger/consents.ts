import { createHash } from 'node:crypto';
import * as z from 'zod';
import { itemKey } from './aggregate';
import type { ItemFilter, LedgerTable } from './table';

const evidence = z.object({
  caller_hash: z.string().optional(),
  conversation_id: z.string().optional(),
  state: z.enum(['given', 'withdrawn']),
  given_at: z.number().optional(),
  text_version: z.string().optional(),
  source: z.string().optional(),
  given_by: z.string().optional(),
  /** Unix seconds. */
  signed_at: z.number(),
  /** Unix milliseconds. */
  received_at: z.number(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** That a person agreed, or took that back. */
export type ConsentEvidence = z.infer<typeof evidence>;

/** A consent or a withdrawal that a signed request reports. */
export interface NewEvidence {
  /** Whom it is about: the caller's key, or the digest of the conversation for a caller without one. */
  readonly subject: string;
  readonly callerHash: string | undefined;
  readonly conversationId: string | undefined;
  readonly state: 'given' | 'withdrawn';
  /** Unix seconds. */
  readonly signedAtS: number;
  readonly consent?: Pick<ConsentEvidence, 'given_at' | 'text_version' | 'source' | 'given_by'>;
}

/** The CONSENT items: evidence that is only ever added. Erasures leave it. */
export interface Consents {
  /** May be repeated: the same evidence is one item. Throws 503. */
  record(evidence: NewEvidence): Promise<void>;
  /** Eventually consistent. Throws 503. */
  list(only: ItemFilter): AsyncIterable<ConsentEvidence>;
}

/** The evidence of consent in this ledger, kept for so many seconds. */
export const consents = (table: LedgerTable, keptS: number, nowMs: () => number): Consents => ({
  record: async ({ subject, callerHash, conversationId, state, signedAtS, consent = {} }) => {
    const said = JSON.stringify([conversationId, state, consent]);
    const digest = createHash('sha256').update(said).digest('hex').slice(0, 16);
    await table.put({
      Item: {
        pk: itemKey('consent', `${subject}.${signedAtS}.${digest}`),
        ...{ kind: 'consent', caller_hash: callerHash, conversation_id: conversationId, state, ...consent },
        ...{ signed_at: signedAtS, received_at: nowMs(), expires_at: Math.floor(nowMs() / 1000) + keptS },
      },
      // What was there first says when it came.
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  },
  list: (only) => table.ofKind('consent', evidence, only),
});

/** The evidence of consent, in a function's environment. */
export const consentsPart = {
  variables: { CONSENT_EVIDENCE_DAYS: z.coerce.number().positive() },
  build: (env: { readonly CONSENT_EVIDENCE_DAYS: number }, table: LedgerTable): Consents =>
    consents(table, env.CONSENT_EVIDENCE_DAYS * 24 * 3600, Date.now),
};
