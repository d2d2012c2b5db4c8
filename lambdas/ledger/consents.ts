import { createHash } from 'node:crypto';
import * as z from 'zod';
import { itemKey } from './aggregate';
import type { ItemFilter } from './by-kind';
import type { LedgerTable } from './table';

const evidence = z.object({
  caller_hash: z.string().optional(),
  conversation_id: z.string().optional(),
  state: z.enum(['given', 'withdrawn']),
  given_at: z.number().optional(),
  text_version: z.string().optional(),
  source: z.string().optional(),
  given_by: z.string().optional(),
  /** When the consent was signed, in unix seconds. */
  signed_at: z.number(),
  /** When the request arrived, in unix milliseconds. */
  received_at: z.number(),
  /** When the item expires, in unix seconds. */
  expires_at: z.number(),
});

/** Evidence that a person gave or withdrew consent. */
export type ConsentEvidence = z.infer<typeof evidence>;

/** A consent or a withdrawal that a signed request reports. */
export interface NewEvidence {
  /** The person: the caller's key, or the digest of the conversation if the caller is unknown. */
  readonly subject: string;
  readonly callerHash: string | undefined;
  readonly conversationId: string | undefined;
  readonly state: 'given' | 'withdrawn';
  /** When the request was signed, in unix seconds. */
  readonly signedAtS: number;
  readonly consent?: Pick<ConsentEvidence, 'given_at' | 'text_version' | 'source' | 'given_by'>;
}

/** The CONSENT items: append-only evidence, which erasures keep. */
export interface Consents {
  /** Records evidence. May be repeated, because the same evidence is one item. Throws 503 when DynamoDB fails. */
  record(evidence: NewEvidence): Promise<void>;
  /** Lists the matching evidence. May miss evidence of the last second. Throws 503 when DynamoDB fails. */
  list(only: ItemFilter): AsyncIterable<ConsentEvidence>;
}

/** Creates the store of consent evidence in this ledger, kept for the given number of seconds. */
export const consents = (table: LedgerTable, keptS: number, nowMs: () => number): Consents => ({
  record: async ({ subject, callerHash, conversationId, state, signedAtS, consent = {} }) => {
    const said = JSON.stringify([conversationId, state, consent]);
    const digest = createHash('sha256').update(said).digest('hex').slice(0, 16);
    await table.put({
      Item: {
        pk: itemKey('consent', `${subject}.${signedAtS}.${digest}`),
        kind: 'consent',
        caller_hash: callerHash,
        conversation_id: conversationId,
        state,
        ...consent,
        signed_at: signedAtS,
        received_at: nowMs(),
        expires_at: Math.floor(nowMs() / 1000) + keptS,
      },
      // The first item stored keeps its time of receipt.
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  },
  list: (only) => table.listItems('consent', evidence, only),
});

/** The part of a function's environment that gives it the consent evidence. */
export const consentsPart = {
  variables: { CONSENT_EVIDENCE_DAYS: z.coerce.number().positive() },
  build: (env: { readonly CONSENT_EVIDENCE_DAYS: number }, table: LedgerTable): Consents =>
    consents(table, env.CONSENT_EVIDENCE_DAYS * 24 * 3600, Date.now),
};
