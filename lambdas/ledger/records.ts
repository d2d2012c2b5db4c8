import type { PostCallUpdate } from '../calls/call-update';
import { type StoredCall, storedCall } from '../calls/stored-call';
import type { ItemFilter } from './by-kind';
import type { LedgerTable } from './table';

/** The RECORD items: finished calls. An erased caller's call keeps only a marker and accepts no other write. */
export interface Records {
  /** Reads a record. Returns undefined if the call is unknown or its record has expired. */
  read(recordId: string): Promise<StoredCall | undefined>;
  /** Reads up to 100 records, by their ids. Omits those that are unknown or have expired. */
  readMany(recordIds: readonly string[]): Promise<ReadonlyMap<string, StoredCall>>;
  /** Lists the matching records. May miss records of the last second. */
  list(only?: ItemFilter): AsyncIterable<StoredCall>;
  /**
   * Writes the fields of one event and returns the resulting record. Returns undefined if the call was erased, or the
   * record has a newer event of the same source. Also returns undefined if a later body of the same second replaced
   * this one.
   */
  write(update: PostCallUpdate): Promise<StoredCall | undefined>;
  /**
   * Stores the conversation of the call's pre-call, before or after other fields. Returns false if the call was erased.
   */
  linkPreCall(recordId: string, precallConversationId: string, expiresAtS: number): Promise<boolean>;
  /** Stores the location of the recording, before or after other fields. Returns false if the call was erased. */
  addRecording(recordId: string, recordingKey: string, expiresAtS: number): Promise<boolean>;
  /**
   * Claims the announcement of the call until `untilMs`. Returns false if the call was announced or erased, or another
   * process holds the claim.
   */
  claimAnnouncement(recordId: string, nowMs: number, untilMs: number): Promise<boolean>;
  /** Releases the claim after a failed announcement. */
  releaseAnnouncement(recordId: string): Promise<void>;
  /** Marks the call as announced. */
  markAnnounced(recordId: string, atMs: number): Promise<void>;
  /** Replaces the record, known or not, with a marker that causes later events to be dropped. */
  erase(recordId: string, atS: number, expiresAtS: number): Promise<void>;
}

const key = (recordId: string): string => `RECORD#${recordId}`;

/** Creates the store of finished calls in this ledger. */
export const records = (table: LedgerTable, nowMs: () => number): Records => ({
  read: async (recordId) => {
    const record = await table.get(key(recordId), storedCall);
    return record !== undefined && record.expires_at * 1000 > nowMs() ? record : undefined;
  },
  readMany: (recordIds) => readMany(table, recordIds, nowMs()),
  list: (only) => table.listItems('record', storedCall, only),
  write: (update) => write(table, update),
  linkPreCall: (recordId, precallConversationId, expiresAtS) =>
    linkPreCall(table, recordId, precallConversationId, expiresAtS),
  addRecording: (recordId, recordingKey, expiresAtS) => addRecording(table, recordId, recordingKey, expiresAtS),
  claimAnnouncement: (recordId, nowMs, untilMs) =>
    table.update(key(recordId), {
      UpdateExpression: 'SET announcing_until = :until',
      ConditionExpression:
        'attribute_not_exists(erased_at) AND attribute_not_exists(announced_at) AND ' +
        '(attribute_not_exists(announcing_until) OR announcing_until <= :now)',
      ExpressionAttributeValues: { ':until': untilMs, ':now': nowMs },
    }),
  releaseAnnouncement: async (recordId) => {
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

const readMany = async (
  table: LedgerTable,
  recordIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, StoredCall>> => {
  if (recordIds.length === 0) return new Map();
  const items = await table.getMany(recordIds.map(key));
  const records = new Map<string, StoredCall>();
  for (const recordId of recordIds) {
    const item = items.get(key(recordId));
    if (item === undefined) continue;
    const record = storedCall.parse(item);
    if (record.expires_at * 1000 > nowMs) records.set(recordId, record);
  }
  return records;
};

/** The fields that keep the events of one source in order. */
const orderFields = {
  conversation: { time: 'event_timestamp', body: 'body_sha256' },
  failure: { time: 'failure_timestamp', body: 'failure_sha256' },
} as const;

const write = (
  table: LedgerTable,
  { recordId, source, eventTimestampS, bodySha256, fields, fallbackFields }: PostCallUpdate,
): Promise<StoredCall | undefined> => {
  const { time, body } = orderFields[source];
  const own = { kind: 'record', record_id: recordId, [time]: eventTimestampS, [body]: bodySha256, ...fields };
  const all = Object.entries({ ...fallbackFields, ...own }).filter(([, value]) => value !== undefined);
  const sets = all.map(([name], index) =>
    name in own ? `#f${index} = :v${index}` : `#f${index} = if_not_exists(#f${index}, :v${index})`,
  );
  return table.updateAndRead(
    key(recordId),
    {
      UpdateExpression: `SET ${sets.join(', ')} ADD bodies :bodies`,
      ConditionExpression:
        'attribute_not_exists(erased_at) AND (attribute_not_exists(#time) OR #time < :time OR ' +
        '(#time = :time AND (#body = :body OR NOT contains(bodies, :body))))',
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
      'SET precall_conversation_id = :precall, record_id = :id, kind = :kind, ' +
      'expires_at = if_not_exists(expires_at, :expiry)',
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
      'SET recording_key = :recording, record_id = :id, kind = :kind, ' +
      'conversation_id = if_not_exists(conversation_id, :id), agent_id = if_not_exists(agent_id, :none), ' +
      'expires_at = if_not_exists(expires_at, :expiry)',
    ExpressionAttributeValues: {
      ':recording': recordingKey,
      ':id': recordId,
      ':kind': 'record',
      ':none': null,
      ':expiry': expiresAtS,
    },
  });
