import { type Caller, caller, isErasedFor, type StoredSample } from '../callers/caller';
import type { LedgerTable } from './table';

/** A conversation that a caller begins. */
export interface CallerCall {
  readonly conversationId: string;
  readonly agentId: string;
  /** Unix seconds. */
  readonly startedAtS: number;
  /** When its request was signed, in unix seconds: an erasure since then makes it void. */
  readonly signedAtS: number;
  /** How the caller is greeted in calls that start elsewhere, and of what a voice is made for them. */
  readonly name: string | undefined;
  readonly samples: readonly StoredSample[];
  /** When the caller's item may go, in unix seconds. */
  readonly expiresAtS: number;
}

/** A voice of a caller that may be used again. */
export interface Offer {
  readonly voiceId: string;
  readonly sampleDigest: string;
  /** Unix seconds: it is not deleted before. */
  readonly validUntilS: number;
}

/** Samples that a caller is known by until erased. */
export interface Enrolment {
  readonly name: string | undefined;
  readonly samples: readonly StoredSample[];
  /** Unix seconds. */
  readonly signedAtS: number;
  readonly expiresAtS: number;
}

/** The CALLER items, under the keyed hash of a phone number. */
export interface Callers {
  /** Undefined for one that is not known, or whose item has expired by `nowS`. */
  read(callerHash: string, nowS: number): Promise<Caller | undefined>;
  /**
   * Records that the caller has this conversation, so that an end without its id finds it, and what a voice can be made of for the
   * next call. False when the caller was erased since it was signed.
   */
  startCall(callerHash: string, call: CallerCall): Promise<boolean>;
  /** Takes the conversation away again. */
  endCall(callerHash: string, conversationId: string): Promise<void>;
  /** Remembers a voice for the caller's next call, unless the caller was erased since this moment (unix seconds). */
  offer(callerHash: string, offer: Offer, sinceS: number, expiresAtS: number): Promise<boolean>;
  /** Forgets a voice that is not there any more. */
  withdrawOffer(callerHash: string, voiceId: string): Promise<boolean>;
  /** Sets the samples that were given for good; false when the caller was erased since that was signed. */
  enrol(callerHash: string, enrolment: Enrolment): Promise<boolean>;
  /**
   * Forgets all of a caller, known or not, but that it was erased: nothing that was signed up to `atS` (unix seconds) brings anything
   * back while the mark is kept. False, and nothing is forgotten, when it was erased at that moment or later already.
   */
  erase(callerHash: string, atS: number, expiresAtS: number): Promise<boolean>;
}

/** The key of a caller's item. */
export const callerKey = (callerHash: string): string => `CALLER#${callerHash}`;

/** What was signed at `:since` was not made void by an erasure. */
const notErased = '(attribute_not_exists(erased_at) OR erased_at < :since)';

/** The callers of this ledger. */
export const callers = (table: LedgerTable): Callers => ({
  read: async (callerHash, nowS) => {
    const seen = await table.get(callerKey(callerHash), caller);
    return seen !== undefined && seen.expires_at > nowS ? seen : undefined;
  },
  startCall: (callerHash, call) => startCall(table, callerHash, call),
  endCall: async (callerHash, conversationId) => {
    await table.update(callerKey(callerHash), {
      UpdateExpression: 'REMOVE calls.#conversation',
      ConditionExpression: 'attribute_exists(calls)',
      ExpressionAttributeNames: { '#conversation': conversationId },
    });
  },
  offer: async (callerHash, made, sinceS, expiresAtS) => {
    await keepUntil(table, callerHash, sinceS, expiresAtS);
    return table.update(callerKey(callerHash), {
      UpdateExpression: 'SET reusable = :voice',
      ConditionExpression: notErased,
      ExpressionAttributeValues: { ':voice': reusable(made), ':since': sinceS },
    });
  },
  withdrawOffer: (callerHash, voiceId) =>
    table.update(callerKey(callerHash), {
      UpdateExpression: 'REMOVE reusable',
      ConditionExpression: 'reusable.voice_id = :voice',
      ExpressionAttributeValues: { ':voice': voiceId },
    }),
  enrol: (callerHash, enrolment) => enrol(table, callerHash, enrolment),
  erase: (callerHash, atS, expiresAtS) =>
    table.put({
      Item: { pk: callerKey(callerHash), kind: 'caller', erased_at: atS, expires_at: expiresAtS },
      ConditionExpression: 'attribute_not_exists(erased_at) OR erased_at < :at',
      ExpressionAttributeValues: { ':at': atS },
    }),
});

/** A voice as it stands in a caller's item. */
export const reusable = ({ voiceId, sampleDigest, validUntilS }: Offer): object => ({
  voice_id: voiceId,
  sample_digest: sampleDigest,
  valid_until: validUntilS,
});

/**
 * Sees to it that there is an item, and that it is kept until then; one that is kept longer stays as it is. One that had expired is
 * begun anew: its number may be another person's by now.
 */
const keepUntil = async (table: LedgerTable, callerHash: string, nowS: number, expiresAtS: number): Promise<void> => {
  const kept = 'SET kind = :kind, expires_at = :expiry';
  await table.update(callerKey(callerHash), {
    UpdateExpression: `${kept} REMOVE #name, enrolled, recent, reusable, calls, clone`,
    ConditionExpression: 'expires_at <= :now',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':kind': 'caller', ':expiry': expiresAtS, ':now': nowS },
  });
  await table.update(callerKey(callerHash), {
    UpdateExpression: kept,
    ConditionExpression: 'attribute_not_exists(expires_at) OR expires_at < :expiry',
    ExpressionAttributeValues: { ':kind': 'caller', ':expiry': expiresAtS },
  });
};

const enrol = async (
  table: LedgerTable,
  callerHash: string,
  { name, samples, signedAtS, expiresAtS }: Enrolment,
): Promise<boolean> => {
  await keepUntil(table, callerHash, signedAtS, expiresAtS);
  return table.update(callerKey(callerHash), {
    UpdateExpression: `SET enrolled = :samples${name === undefined ? ' REMOVE #name' : ', #name = :name'}`,
    ConditionExpression: notErased,
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':samples': samples, ':name': name, ':since': signedAtS },
  });
};

const startCall = async (table: LedgerTable, callerHash: string, call: CallerCall): Promise<boolean> => {
  await keepUntil(table, callerHash, call.startedAtS, call.expiresAtS);
  const entry = { agent_id: call.agentId, started_at: call.startedAtS };
  const remembered = [
    ...(call.samples.length > 0 ? ['recent = :samples'] : []),
    ...(call.name === undefined ? [] : ['#name = :name']),
  ];
  const write = (path: string, value: object, condition: string, names: Record<string, string>): Promise<boolean> =>
    table.update(callerKey(callerHash), {
      UpdateExpression: `SET ${[`${path} = :call`, ...remembered].join(', ')}`,
      ConditionExpression: `${condition} AND ${notErased}`,
      ExpressionAttributeNames: { ...names, ...(call.name !== undefined && { '#name': 'name' }) },
      ExpressionAttributeValues: {
        ':call': value,
        ':samples': call.samples.length > 0 ? call.samples : undefined,
        ':name': call.name,
        ':since': call.signedAtS,
      },
    });
  const isRecorded =
    (await write('calls.#conversation', entry, 'attribute_exists(calls)', { '#conversation': call.conversationId })) ||
    (await write('#calls', { [call.conversationId]: entry }, 'attribute_not_exists(calls)', { '#calls': 'calls' }));
  if (isRecorded) return true;
  const seen = await table.get(callerKey(callerHash), caller);
  return seen !== undefined && isErasedFor(seen, call.signedAtS) ? false : startCall(table, callerHash, call);
};
