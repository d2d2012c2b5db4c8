import { type CallReport, type StoredCall, storedCall } from '../calls/stored-call';
import type { ItemFilter, LedgerTable } from './table';

/** The RECORD items: finished calls. */
export interface Records {
  /** Undefined for one that is not known, or has expired. */
  read(recordId: string): Promise<StoredCall | undefined>;
  /** Every record that is asked for; eventually consistent. */
  list(only?: ItemFilter): AsyncIterable<StoredCall>;
  /**
   * Writes what an event tells, and nothing else; the record as it is then. Undefined when a newer event of the kind has told of this
   * call, or another of the same time since this one did, or it was erased.
   */
  write(report: CallReport): Promise<StoredCall | undefined>;
  /** Notes which pre-call's conversation the call was, whether or not anything else is known of it; false when it was erased. */
  linkPreCall(recordId: string, precallConversationId: string, expiresAtS: number): Promise<boolean>;
  /** Notes where the recording is, whether or not anything else is known of the call; false when it was erased. */
  addRecording(recordId: string, recordingKey: string, expiresAtS: number): Promise<boolean>;
  /** Claims telling the bus of the call until `untilMs`; false when it was told, or another has the claim. */
  claimAnnouncement(recordId: string, nowMs: number, untilMs: number): Promise<boolean>;
  /** Gives the claim back: the bus was not told. */
  yieldAnnouncement(recordId: string): Promise<void>;
  /** Notes that the bus was told of the call. */
  markAnnounced(recordId: string, atMs: number): Promise<void>;
  /** Puts a mark in the record's place, known or not, by which what comes later about the call is dropped. */
  erase(recordId: string, atS: number, expiresAtS: number): Promise<void>;
}

const key = (recordId: string): string => `RECORD#${recordId}`;

/** The finished calls of this ledger. */
export const records = (table: LedgerTable, nowMs: () => number): Records => ({
  read: async (recordId) => {
    const seen = await table.get(key(recordId), storedCall);
    return seen !== undefined && seen.expires_at * 1000 > nowMs() ? seen : undefined;
  },
  list: (only) => table.ofKind('record', storedCall, only),
  write: (report) => write(table, report),
  linkPreCall: (recordId, precallConversationId, expiresAtS) =>
    linkPreCall(table, recordId, precallConversationId, expiresAtS),
  addRecording: (recordId, recordingKey, expiresAtS) => addRecording(table, recordId, recordingKey, expiresAtS),
  claimAnnouncement: (recordId, nowMs, untilMs) =>
    table.update(key(recordId), {
      UpdateExpression: 'SET announcing_until = :until',
      ConditionExpression:
        'attribute_not_exists(erased_at) AND attribute_not_exists(announced_at) AND (attribute_not_exists(announcing_until) OR announcing_until <= :now)',
      ExpressionAttributeValues: { ':until': untilMs, ':now': nowMs },
    }),
  yieldAnnouncement: async (recordId) => {
    await table.update(key(recordId), {
      UpdateExpression: 'REMOVE announcing_until',
      ConditionExpression: 'attribute_exists(pk)',
    });
  },
  markAnnounced: async (recordId, atMs) => {
    await table.update(key(recordId), {
      UpdateExpression: 'SET announced_at = :at',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(erased_at)',
      ExpressionAttributeValues: { ':at': atMs },
    });
  },
  erase: async (recordId, atS, expiresAtS) => {
    await table.put({
      Item: { pk: key(recordId), kind: 'record', record_id: recordId, erased_at: atS, expires_at: expiresAtS },
    });
  },
});

/** Where the order of the events of one kind is kept. */
const orders = {
  conversation: { time: 'event_timestamp', body: 'body_sha256' },
  failure: { time: 'failure_timestamp', body: 'failure_sha256' },
} as const;

const write = (
  table: LedgerTable,
  { recordId, of, eventTimestampS, bodySha256, told, presumed }: CallReport,
): Promise<StoredCall | undefined> => {
  const { time, body } = orders[of];
  const fields = { kind: 'record', record_id: recordId, [time]: eventTimestampS, [body]: bodySha256, ...told };
  const all = Object.entries({ ...presumed, ...fields }).filter(([, value]) => value !== undefined);
  const sets = all.map(([name], index) =>
    name in fields ? `#f${index} = :v${index}` : `#f${index} = if_not_exists(#f${index}, :v${index})`,
  );
  return table.updated(
    key(recordId),
    {
      UpdateExpression: `SET ${sets.join(', ')} ADD bodies :bodies`,
      ConditionExpression:
        'attribute_not_exists(erased_at) AND (attribute_not_exists(#time) OR #time < :time OR (#time = :time AND (#body = :body OR NOT contains(bodies, :body))))',
      ExpressionAttributeNames: {
        '#time': time,
        '#body': body,
        ...Object.fromEntries(all.map(([name], index) => [`#f${index}`, name])),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(all.map(([, value], index) => [`:v${index}`, value])),
        ':time': eventTimestampS,
        ':body': bodySha256,
        ':bodies': new Set([bodySha256]),
      },
    },
    storedCall,
  );
};

const linkPreCall = (
  table: LedgerTable,
  recordId: string,
  precallConversationId: string,
  expiresAtS: number,
): Promise<boolean> =>
  table.update(key(recordId), {
    ConditionExpression: 'attribute_not_exists(erased_at)',
    UpdateExpression:
      'SET precall_conversation_id = :precall, record_id = :id, kind = :kind, expires_at = if_not_exists(expires_at, :expiry)',
    ExpressionAttributeValues: {
      ':precall': precallConversationId,
      ':id': recordId,
      ':kind': 'record',
      ':expiry': expiresAtS,
    },
  });

const addRecording = (
  table: LedgerTable,
  recordId: string,
  recordingKey: string,
  expiresAtS: number,
): Promise<boolean> =>
  table.update(key(recordId), {
    ConditionExpression: 'attribute_not_exists(erased_at)',
    UpdateExpression:
      'SET recording_key = :recording, record_id = :id, kind = :kind, conversation_id = if_not_exists(conversation_id, :id), agent_id = if_not_exists(agent_id, :none), expires_at = if_not_exists(expires_at, :expiry)',
    ExpressionAttributeValues: {
      ':recording': recordingKey,
      ':id': recordId,
      ':kind': 'record',
      ':none': null,
      ':expiry': expiresAtS,
    },
  });
