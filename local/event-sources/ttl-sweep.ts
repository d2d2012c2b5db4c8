import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Functions } from '../lambda/functions';
import type { DeployedTable, StreamSource } from '../stack/deployed-stack';
import { emulatorClient } from './emulator-client';
import { deleteExpired, findExpired, type ExpiringTable } from './expired-items';
import { pause } from './pause';
import { failureNotice } from './stream-delivery';
import { startStreamDelivery, type DeliveryContext, type StreamDelivery } from './stream-delivery';
import { expiryRecord, type StreamRecord } from './stream-record';

/** Options of the sweep. */
export interface TtlSweepOptions {
  readonly tables: readonly DeployedTable[];
  readonly streamSources: readonly StreamSource[];
  readonly functions: Pick<Functions, 'invoke'>;
  readonly awsUrl: string;
  readonly region: string;
  /** Seconds between the end of one sweep and the next. */
  readonly everyS: number;
  /** Receives a sentence about each error of the emulator, and about records given up. The sweep continues. */
  readonly onProblem?: (problem: string) => void;
  /** Pause before a failed batch is retried, in milliseconds. It doubles each time. @default 1000 */
  readonly retryPauseMs?: number;
}

/** A running sweep. */
export interface TtlSweep {
  /** Sweeps at once. Resolves with the number of deleted items once their records are delivered or given up. */
  readonly sweepNow: () => Promise<number>;
  /** Stops sweeps and retries, and waits for work in progress. */
  readonly close: () => Promise<void>;
}

/** Deletes the expired items of a table. Delivers the deleted items even if the sweep fails halfway. */
const sweepTable = async (
  dynamo: DynamoDBClient,
  table: ExpiringTable,
  deliver: (records: readonly StreamRecord[]) => void,
): Promise<number> => {
  const now = new Date();
  const records: StreamRecord[] = [];
  try {
    for (const item of await findExpired(dynamo, table, now)) {
      const deleted = await deleteExpired(dynamo, table, item);
      if (deleted !== undefined) records.push(expiryRecord(table, deleted, now));
    }
  } finally {
    deliver(records);
  }
  return records.length;
};

const sendNotice =
  (sqs: SQSClient, { region, onProblem }: TtlSweepOptions): DeliveryContext['giveUp'] =>
  async (source, records, reason) => {
    onProblem?.(`${source.functionId} failed on ${records.length} stream records: ${reason.condition}`);
    if (source.failureQueueUrl === undefined) return;
    const MessageBody = JSON.stringify(failureNotice(source, region, records, reason));
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl: source.failureQueueUrl, MessageBody }));
    } catch (error) {
      onProblem?.(`No failure notice reached ${source.failureQueueUrl}: ${String(error)}`);
    }
  };

interface NamedDelivery extends StreamDelivery {
  readonly tableName: string;
}

const startDeliveries = (options: TtlSweepOptions, sqs: SQSClient, signal: AbortSignal): readonly NamedDelivery[] => {
  const context: DeliveryContext = {
    functions: options.functions,
    giveUp: sendNotice(sqs, options),
    onProblem: options.onProblem,
    retryPauseMs: options.retryPauseMs ?? 1000,
    signal,
  };
  const streamed = options.streamSources.filter(({ tableName }) =>
    options.tables.some(({ name, streamView }) => name === tableName && streamView !== undefined),
  );
  return streamed.map((source) => ({ tableName: source.tableName, ...startStreamDelivery(source, context) }));
};

const isExpiring = (table: DeployedTable): table is ExpiringTable => table.ttlAttribute !== undefined;

/** Creates a sweep of all tables. A call during a sweep starts another one after it. */
const sweepInTurn = (
  { tables }: TtlSweepOptions,
  dynamo: DynamoDBClient,
  deliveries: readonly NamedDelivery[],
): (() => Promise<number>) => {
  let turn: Promise<unknown> = Promise.resolve();
  const sweepAll = async (): Promise<number> => {
    let deleted = 0;
    for (const table of tables.filter(isExpiring)) {
      const readers = deliveries.filter(({ tableName }) => tableName === table.name);
      deleted += await sweepTable(dynamo, table, (records) => readers.forEach(({ push }) => push(records)));
    }
    return deleted;
  };
  return () => {
    const mine = turn.then(sweepAll);
    turn = mine.catch(() => undefined);
    return mine;
  };
};

const sweepForever = async (
  { everyS, onProblem }: TtlSweepOptions,
  sweep: () => Promise<number>,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    await pause(everyS * 1000, signal);
    if (signal.aborted) return;
    await sweep().catch((error: unknown) => onProblem?.(`The TTL sweep failed: ${String(error)}`));
  }
};

/**
 * Simulates DynamoDB's time to live and streams: deletes expired items and delivers their records to functions with
 * matching filters. Other changes to a table create no records. Records that are not delivered when the process ends
 * are lost. Throws if a filter is invalid.
 */
export const startTtlSweep = (options: TtlSweepOptions): TtlSweep => {
  const stop = new AbortController();
  const client = emulatorClient(options.awsUrl, options.region);
  const dynamo = new DynamoDBClient(client);
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  const deliveries = startDeliveries(options, sqs, stop.signal);
  const sweep = sweepInTurn(options, dynamo, deliveries);
  const idle = (): Promise<unknown> => Promise.all(deliveries.map((delivery) => delivery.idle()));
  const loop = sweepForever(options, sweep, stop.signal);
  return {
    sweepNow: async () => {
      const deleted = await sweep();
      await idle();
      return deleted;
    },
    close: async () => {
      stop.abort();
      await loop;
      await idle();
      dynamo.destroy();
      sqs.destroy();
    },
  };
};
