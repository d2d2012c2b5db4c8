import { type CallReport, type StoredCall, storedCall } from '../../domain/post-call/stored-call';
import type { LedgerTable } from './table';

/** The RECORD items: finished calls. */
export interface Records {
  read(recordId: string): Promise<StoredCall | undefined>;
  /** Writes what an event tells; false when a newer event has told of this call already. */
  write(report: CallReport): Promise<boolean>;
  /** Notes where the recording is, whether or not anything else is known of the call. */
  addRecording(recordId: string, recordingKey: string, expiresAtS: number): Promise<void>;
  /** Claims telling the bus of the call until `untilMs`; false when it was told, or another has the claim. */
  claimAnnouncement(recordId: string, nowMs: number, untilMs: number): Promise<boolean>;
  /** Gives the claim back: the bus was not told. */
  yieldAnnouncement(recordId: string): Promise<void>;
  /** Notes that the bus was told of the call. */
  markAnnounced(recordId: string, atMs: number): Promise<void>;
}

const key = (recordId: string): string => `RECORD#${recordId}`;

/** The finished calls of this ledger. */
export const records = (table: LedgerTable): Records => ({
  read: (recordId) => table.get(key(recordId), storedCall),
  write: (report) => write(table, report),
  addRecording: async (recordId, recordingKey, expiresAtS) => {
    await table.update(key(recordId), {
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
  },
  claimAnnouncement: (recordId, nowMs, untilMs) =>
    table.update(key(recordId), {
      UpdateExpression: 'SET announcing_until = :until',
      ConditionExpression:
        'attribute_not_exists(announced_at) AND (attribute_not_exists(announcing_until) OR announcing_until <= :now)',
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
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': atMs },
    });
  },
});

const write = (table: LedgerTable, report: CallReport): Promise<boolean> => {
  const fields = Object.entries({ kind: 'record', ...report });
  return table.update(key(report.record_id), {
    UpdateExpression: `SET ${fields.map((_field, index) => `#f${index} = :v${index}`).join(', ')}`,
    ConditionExpression: 'attribute_not_exists(event_timestamp) OR event_timestamp <= :timestamp',
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(fields.map(([, value], index) => [`:v${index}`, value])),
      ':timestamp': report.event_timestamp,
    },
  });
};
