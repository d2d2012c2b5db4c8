import { type Voice, voice } from '../voices/voice';
import type { ItemFilter, LedgerTable } from './table';

/** A conversation that uses a voice on an agent. */
export interface VoiceUse {
  readonly voiceId: string;
  readonly conversationId: string;
  readonly agentId: string;
  /** Unix seconds; DynamoDB's TTL then starts the voice's deletion. */
  readonly expiresAtS: number;
}

/** A clone that was just made or adopted. */
export interface NewVoice extends VoiceUse {
  /** What it was made of: SHA-256 in hex. */
  readonly sampleDigest: string;
  readonly callerHash: string | undefined;
  /** When the request that it was made for was signed, in unix seconds. */
  readonly signedAtS: number;
  /** Keys of its samples in S3. */
  readonly sampleKeys: readonly string[];
  /** How long it is kept after a call, in seconds; 0: it goes with its last call. */
  readonly retainS: number;
}

/** A clone that was made for calls which start elsewhere: no conversation is its user, only its time keeps it. */
export interface CachedVoice {
  readonly voiceId: string;
  readonly callerHash: string;
  readonly sampleDigest: string;
  /** Unix seconds: it lives until then. */
  readonly validUntilS: number;
  /** How long it is kept after a call that reuses it, in seconds. */
  readonly retainS: number;
  /** When the caller was seen to be known, in unix seconds: an erasure takes what is of before it. */
  readonly signedAtS: number;
}

/** The VOICE items: every voice of ours that may exist at ElevenLabs. */
export interface Voices {
  read(voiceId: string): Promise<Voice | undefined>;
  /** Every voice that is asked for, soonest expiry first. Eventually consistent. */
  list(only?: ItemFilter): AsyncIterable<Voice>;
  /**
   * Makes a voice durable as live and used by this conversation until its expiry; one that is recorded already gets the user
   * and the expiry. False when it is on its way out.
   */
  keep(made: NewVoice): Promise<boolean>;
  /** Makes a voice durable as live until its time is over; false when it is on its way out. Its samples are the caller's, and outlive it. */
  cache(made: CachedVoice): Promise<boolean>;
  /** Lets a voice that is live at `nowS` live until then, and go on as long after a call; false otherwise. */
  cacheUntil(voiceId: string, validUntilS: number, retainS: number, nowS: number): Promise<boolean>;
  /** Adds a user to a voice that is live and expires after `nowS`; false otherwise. */
  share(use: VoiceUse, nowS: number): Promise<boolean>;
  /** Takes a user away. The voice as it is then; undefined when it is not recorded. */
  endUse(voiceId: string, conversationId: string): Promise<Voice | undefined>;
  /** Keeps a voice that nobody uses until this expiry; false when it is in use again, or on its way out. */
  retain(voiceId: string, expiresAtS: number): Promise<boolean>;
  /** Keeps a voice whose conversation goes on: live again until this expiry. False when it is on its way out. */
  prolong(voiceId: string, expiresAtS: number): Promise<boolean>;
  /** Puts an item that TTL took away back, as expiring; false when there is one again. */
  restoreExpired(expired: Voice, expiresAtS: number): Promise<boolean>;
  /**
   * live or expiring → deleting, if nobody uses it; `at` is the expiry that it must have passed, if any (unix seconds). Should its
   * deletion be forgotten, expiry starts it again at `expiresAtS`. False when it is in use.
   */
  markDeleting(voiceId: string, expiresAtS: number, at?: number): Promise<boolean>;
  /** Records a voice that the ledger did not know as one to be deleted; false when it is known. */
  markUnknownDeleting(voiceId: string, agentIds: readonly string[], expiresAtS: number): Promise<boolean>;
  /** deleting → deleted: it is gone at ElevenLabs, and is remembered until this expiry. */
  markDeleted(voiceId: string, expiresAtS: number): Promise<boolean>;
  /** Takes the item of a deleted voice away before its time. */
  forget(voiceId: string): Promise<void>;
}

const key = (voiceId: string): string => `VOICE#${voiceId}`;
const state = { '#state': 'state' };

/** The voices of this ledger. */
export const voices = (table: LedgerTable): Voices => ({
  read: (voiceId) => table.get(key(voiceId), voice),
  list: (only) => table.ofKind('voice', voice, only),
  keep: async (made) => (await insert(table, made)) || addUser(table, made, 0),
  cache: (made) => cache(table, made),
  cacheUntil: (voiceId, validUntilS, retainS, nowS) => cacheUntil(table, { voiceId, validUntilS, retainS }, nowS),
  share: (use, nowS) => addUser(table, use, nowS),
  endUse: (voiceId, conversationId) => endUse(table, voiceId, conversationId),
  retain: (voiceId, expiresAtS) => retain(table, voiceId, expiresAtS),
  prolong: (voiceId, expiresAtS) =>
    table.update(key(voiceId), {
      UpdateExpression: 'SET #state = :live, expires_at = :expiry',
      ConditionExpression: '#state IN (:live, :expiring)',
      ExpressionAttributeNames: state,
      ExpressionAttributeValues: { ':live': 'live', ':expiring': 'expiring', ':expiry': expiresAtS },
    }),
  restoreExpired: (expired, expiresAtS) => restoreExpired(table, expired, expiresAtS),
  markDeleting: (voiceId, expiresAtS, at) => markDeleting(table, voiceId, expiresAtS, at),
  markUnknownDeleting: (voiceId, agentIds, expiresAtS) => markUnknownDeleting(table, voiceId, agentIds, expiresAtS),
  markDeleted: (voiceId, expiresAtS) =>
    table.update(key(voiceId), {
      UpdateExpression: 'SET #state = :deleted, expires_at = :expiry REMOVE caller_hash, sample_digest, samples',
      ConditionExpression: '#state = :deleting',
      ExpressionAttributeNames: state,
      ExpressionAttributeValues: { ':deleting': 'deleting', ':deleted': 'deleted', ':expiry': expiresAtS },
    }),
  forget: (voiceId) => table.remove(key(voiceId)),
});

const item = (voiceId: string): Record<string, unknown> => ({ pk: key(voiceId), kind: 'voice', voice_id: voiceId });

const insert = (table: LedgerTable, made: NewVoice): Promise<boolean> =>
  table.put({
    Item: {
      ...item(made.voiceId),
      state: 'live',
      users: { [made.conversationId]: made.agentId },
      agents: { [made.agentId]: true },
      caller_hash: made.callerHash,
      sample_digest: made.sampleDigest,
      samples: made.sampleKeys,
      signed_at: made.signedAtS,
      retain_s: made.retainS,
      expires_at: made.expiresAtS,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });

const cache = async (table: LedgerTable, made: CachedVoice): Promise<boolean> => {
  const isNew = await table.put({
    Item: {
      ...item(made.voiceId),
      state: 'live',
      users: {},
      agents: {},
      caller_hash: made.callerHash,
      sample_digest: made.sampleDigest,
      samples: [],
      retain_s: made.retainS,
      signed_at: made.signedAtS,
      expires_at: made.validUntilS,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  return isNew || cacheUntil(table, made, 0);
};

const cacheUntil = (
  table: LedgerTable,
  { voiceId, validUntilS, retainS }: Pick<CachedVoice, 'voiceId' | 'validUntilS' | 'retainS'>,
  nowS: number,
): Promise<boolean> =>
  table.update(key(voiceId), {
    UpdateExpression: 'SET expires_at = :expiry, retain_s = :retain',
    ConditionExpression: '#state = :live AND expires_at > :now',
    ExpressionAttributeNames: state,
    ExpressionAttributeValues: { ':expiry': validUntilS, ':retain': retainS, ':live': 'live', ':now': nowS },
  });

const addUser = (table: LedgerTable, use: VoiceUse, nowS: number): Promise<boolean> =>
  table.update(key(use.voiceId), {
    UpdateExpression: 'SET #users.#conversation = :agent, agents.#agent = :true, expires_at = :expiry',
    ConditionExpression: '#state = :live AND expires_at > :now',
    ExpressionAttributeNames: {
      ...state,
      '#users': 'users',
      '#conversation': use.conversationId,
      '#agent': use.agentId,
    },
    ExpressionAttributeValues: {
      ':agent': use.agentId,
      ':true': true,
      ':expiry': use.expiresAtS,
      ':live': 'live',
      ':now': nowS,
    },
  });

const endUse = (table: LedgerTable, voiceId: string, conversationId: string): Promise<Voice | undefined> =>
  table.updated(
    key(voiceId),
    {
      UpdateExpression: 'REMOVE #users.#conversation',
      ConditionExpression: 'attribute_exists(#users)',
      ExpressionAttributeNames: { '#users': 'users', '#conversation': conversationId },
    },
    voice,
  );

const retain = (table: LedgerTable, voiceId: string, expiresAtS: number): Promise<boolean> =>
  table.update(key(voiceId), {
    UpdateExpression: 'SET expires_at = :expiry',
    ConditionExpression: '#state = :live AND size(#users) = :none',
    ExpressionAttributeNames: { ...state, '#users': 'users' },
    ExpressionAttributeValues: { ':expiry': expiresAtS, ':live': 'live', ':none': 0 },
  });

const markDeleting = (
  table: LedgerTable,
  voiceId: string,
  expiresAtS: number,
  at: number | undefined,
): Promise<boolean> => {
  const overdue = at === undefined ? '' : ' AND (#state = :expiring OR expires_at <= :at)';
  return table.update(key(voiceId), {
    UpdateExpression: 'SET #state = :deleting, expires_at = :expiry',
    ConditionExpression: `#state IN (:live, :expiring) AND size(#users) = :none${overdue}`,
    ExpressionAttributeNames: { ...state, '#users': 'users' },
    ExpressionAttributeValues: {
      ':deleting': 'deleting',
      ':live': 'live',
      ':expiring': 'expiring',
      ':none': 0,
      ':expiry': expiresAtS,
      ':at': at,
    },
  });
};

const restoreExpired = (table: LedgerTable, expired: Voice, expiresAtS: number): Promise<boolean> =>
  table.put({
    Item: {
      ...item(expired.voice_id),
      ...expired,
      state: expired.state === 'live' ? 'expiring' : expired.state,
      expires_at: expiresAtS,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });

const markUnknownDeleting = (
  table: LedgerTable,
  voiceId: string,
  agentIds: readonly string[],
  expiresAtS: number,
): Promise<boolean> =>
  table.put({
    Item: {
      ...item(voiceId),
      state: 'deleting',
      users: {},
      agents: Object.fromEntries(agentIds.map((agentId) => [agentId, true])),
      expires_at: expiresAtS,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
