import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { conversation, type Conversation, type PreCallAnswer } from '../voices/conversation';
import type { ItemFilter, LedgerTable } from './table';

/** What a claim writes; the lease ends at `leaseUntilMs`. */
export interface Claim {
  readonly conversationId: string;
  readonly agentId: string;
  readonly attempt: string;
  readonly leaseUntilMs: number;
  readonly voiceName: string;
  /** Known when a take-over adopts the clone of an earlier attempt. */
  readonly voiceId: string | undefined;
  /** HMAC of the caller's number; undefined where the number makes no key. */
  readonly callerHash: string | undefined;
  /** Unix seconds. */
  readonly signedAtS: number;
  /** Where the samples are, or will be, in S3. */
  readonly sampleKeys: readonly string[];
  /** Unix seconds. */
  readonly expiresAtS: number;
}

/** The CONVERSATION items. A claim is conditional on what was seen, every other write on the attempt that holds the lease. */
export interface Conversations {
  /** Claims a conversation that has no item yet; false when it has one. */
  claim(claim: Claim): Promise<boolean>;
  read(conversationId: string): Promise<Conversation | undefined>;
  /** Claims it in place of the attempt that was seen in the item; false when the item has changed since. */
  takeOver(claim: Claim, seenAttempt: string | undefined, nowS: number): Promise<boolean>;
  /** Goes back to a clone that is yet to be made, under this name; false when the claim is lost or the conversation has ended. */
  startAgain(held: HeldClaim, voiceName: string): Promise<boolean>;
  /** Records the clone; false when the claim is lost or the conversation has ended. */
  recordClone(held: HeldClaim, voiceId: string): Promise<boolean>;
  /** Stores the answer, good until its voice expires; false when the claim is lost or the conversation has ended. */
  complete(held: HeldClaim, answer: PreCallAnswer, voiceExpiresAtS: number): Promise<boolean>;
  /**
   * Writes the end of a conversation, known or not, and keeps it until this expiry (unix seconds); false when it had ended. From
   * then on nothing claims, takes over or completes it, and what its caller said is forgotten.
   */
  end(conversationId: string, endedAtMs: number, expiresAtS: number): Promise<boolean>;
  /** Gives up on a conversation whose claim has run out: no retry adopts this voice of it. False when it was claimed since. */
  abandon(seen: Conversation, voiceId: string | undefined, nowMs: number): Promise<boolean>;
  /** Forgets the voice of a conversation that was given up, so that the sender may try again. */
  reopen(conversationId: string, seenAttempt: string): Promise<boolean>;
  /** Every conversation that is asked for; eventually consistent. */
  list(only?: ItemFilter): AsyncIterable<Conversation>;
  /** Takes everything of the caller and of the voice out of a conversation that has ended; false while a pre-call holds it. */
  erase(conversationId: string, atS: number, nowMs: number): Promise<boolean>;
  /** Ends the lease early: with a clone that a retry may adopt, or with nothing left at ElevenLabs. */
  release(held: HeldClaim, voiceId: string | undefined): Promise<boolean>;
}

/** A claim that this attempt holds. */
export type HeldClaim = Pick<Claim, 'conversationId' | 'attempt'>;

const key = (conversationId: string): string => `CONVERSATION#${conversationId}`;

/** The conversations of this ledger. */
export const conversations = (table: LedgerTable): Conversations => ({
  claim: (claim) => table.put({ Item: item(claim), ConditionExpression: 'attribute_not_exists(pk)' }),
  read: (conversationId) => table.get(key(conversationId), conversation),
  takeOver: (claim, seenAttempt, nowS) => table.put({ Item: item(claim), ...unchangedSince(seenAttempt, nowS) }),
  startAgain: (held, voiceName) =>
    whileHeld(table, held, 'SET #state = :state, voice_name = :name REMOVE voice_id', {
      ':state': 'cloning',
      ':name': voiceName,
    }),
  recordClone: (held, voiceId) =>
    whileHeld(table, held, 'SET #state = :state, voice_id = :voice', { ':state': 'cloned', ':voice': voiceId }),
  complete: (held, answer, voiceExpiresAtS) =>
    whileHeld(table, held, 'SET #state = :state, answer = :answer, voice_expires_at = :expiry, lease_until = :over', {
      ':state': 'ready',
      ':answer': answer,
      ':expiry': voiceExpiresAtS,
    }),
  end: (conversationId, endedAtMs, expiresAtS) => end(table, conversationId, endedAtMs, expiresAtS),
  abandon: (seen, voiceId, nowMs) => abandon(table, seen, voiceId, nowMs),
  reopen: (conversationId, seenAttempt) =>
    table.update(key(conversationId), {
      UpdateExpression: 'REMOVE voice_id',
      ConditionExpression: 'attempt = :seen AND #state = :failed',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':seen': seenAttempt, ':failed': 'failed' },
    }),
  list: (only) => table.ofKind('conversation', conversation, only),
  erase: (conversationId, atS, nowMs) => erase(table, conversationId, atS, nowMs),
  release: (held, voiceId) => release(table, held, voiceId),
});

const end = (table: LedgerTable, conversationId: string, endedAtMs: number, expiresAtS: number): Promise<boolean> =>
  table.update(key(conversationId), {
    UpdateExpression: 'SET kind = :kind, conversation_id = :id, ended_at = :ended, expires_at = :expiry REMOVE answer',
    ConditionExpression: 'attribute_not_exists(ended_at)',
    ExpressionAttributeValues: {
      ':kind': 'conversation',
      ':id': conversationId,
      ':ended': endedAtMs,
      ':expiry': expiresAtS,
    },
  });

const abandon = (
  table: LedgerTable,
  { conversation_id, attempt }: Conversation,
  voiceId: string | undefined,
  nowMs: number,
): Promise<boolean> =>
  table.update(key(conversation_id), {
    UpdateExpression: `SET #state = :failed, lease_until = :over${voiceId === undefined ? '' : ', voice_id = :voice'}`,
    ConditionExpression: 'attempt = :seen AND lease_until <= :now AND #state IN (:cloning, :cloned)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':failed': 'failed',
      ':over': 0,
      ':cloning': 'cloning',
      ':cloned': 'cloned',
      ':seen': attempt ?? '',
      ':now': nowMs,
      ':voice': voiceId,
    },
  });

/** Without an attempt and a state nothing that comes late writes a voice into it. */
const erase = (table: LedgerTable, conversationId: string, atS: number, nowMs: number): Promise<boolean> =>
  table.update(key(conversationId), {
    UpdateExpression:
      'SET erased_at = :at REMOVE caller_hash, voice_id, voice_name, answer, samples, attempt, #state, lease_until, voice_expires_at, signed_at',
    ConditionExpression: 'attribute_exists(ended_at) AND (attribute_not_exists(lease_until) OR lease_until <= :now)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':at': atS, ':now': nowMs },
  });

const release = (
  table: LedgerTable,
  { conversationId, attempt }: HeldClaim,
  voiceId: string | undefined,
): Promise<boolean> =>
  table.update(key(conversationId), {
    UpdateExpression: `SET #state = :state, lease_until = :over${voiceId === undefined ? '' : ', voice_id = :voice'}`,
    ConditionExpression: 'attempt = :attempt AND #state IN (:cloning, :cloned)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':state': voiceId === undefined ? 'failed' : 'cloned',
      ':cloning': 'cloning',
      ':cloned': 'cloned',
      ':over': 0,
      ':attempt': attempt,
      ':voice': voiceId,
    },
  });

/** An update by the attempt that has not given its lease back; that it may have run out is left to whoever takes over, and the conversation has not ended. */
const whileHeld = (
  table: LedgerTable,
  { conversationId, attempt }: HeldClaim,
  UpdateExpression: string,
  values: Readonly<Record<string, unknown>>,
): Promise<boolean> =>
  table.update(key(conversationId), {
    UpdateExpression,
    ConditionExpression: 'attempt = :attempt AND lease_until > :over AND attribute_not_exists(ended_at)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ...values, ':attempt': attempt, ':over': 0 },
  });

/** A take-over replaces the item that was judged, never one that moved on or ended since. */
const unchangedSince = (
  seenAttempt: string | undefined,
  nowS: number,
): Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'> => {
  const open = '(attribute_not_exists(ended_at) OR expires_at <= :now)';
  return seenAttempt === undefined
    ? { ConditionExpression: `attribute_not_exists(attempt) AND ${open}`, ExpressionAttributeValues: { ':now': nowS } }
    : {
        ConditionExpression: `attempt = :seen AND ${open}`,
        ExpressionAttributeValues: { ':seen': seenAttempt, ':now': nowS },
      };
};

const item = (claim: Claim): Record<string, unknown> => ({
  pk: key(claim.conversationId),
  kind: 'conversation',
  conversation_id: claim.conversationId,
  agent_id: claim.agentId,
  state: claim.voiceId === undefined ? 'cloning' : 'cloned',
  attempt: claim.attempt,
  lease_until: claim.leaseUntilMs,
  voice_name: claim.voiceName,
  voice_id: claim.voiceId,
  samples: claim.sampleKeys,
  caller_hash: claim.callerHash,
  signed_at: claim.signedAtS,
  expires_at: claim.expiresAtS,
});
