import { randomBytes } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DeployedTable } from '../stack/deployed-stack';

type Item = Readonly<Record<string, AttributeValue>>;

/** A removal by time to live in a table's stream, without the fields that name the stream. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'REMOVE';
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly userIdentity: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
  readonly dynamodb: {
    /** Unix seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: unknown;
    readonly OldImage?: unknown;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
}

/** Converts attribute values to JSON, with binary values in base64. */
const toJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
};

let lastSequenceNumber = 0n;

/** Returns sequence numbers that increase within a process and across runs, with 21 digits as in DynamoDB. */
const nextSequenceNumber = (now: Date): string => {
  const earliest = BigInt(now.getTime()) * 10n ** 8n;
  lastSequenceNumber = earliest > lastSequenceNumber ? earliest : lastSequenceNumber + 1n;
  return String(lastSequenceNumber);
};

/**
 * Creates the stream record of an expired item. It contains the old image if the table's stream view does. Its
 * SizeBytes is an estimate.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export const expiryRecord = (table: DeployedTable, item: Item, now: Date): StreamRecord => {
  const view = table.streamView ?? 'KEYS_ONLY';
  const keys = toJson(Object.fromEntries(table.keyNames.map((name) => [name, item[name]])));
  const images = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? { OldImage: toJson(item) } : {};
  return {
    eventID: randomBytes(16).toString('hex'),
    eventName: 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now.getTime() / 1000),
      Keys: keys,
      ...images,
      SequenceNumber: nextSequenceNumber(now),
      SizeBytes: Buffer.byteLength(JSON.stringify({ keys, images })),
      StreamViewType: view,
    },
  };
};
