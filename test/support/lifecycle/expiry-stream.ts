import { DynamoDBStreamRecord } from '@aws-lambda-powertools/parser/schemas/dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { voiceItem, type Voice } from '../../../lambdas/voices/voice';
import { deleteExpired, findExpired } from '../../../local/event-sources/expired-items';
import { expiryRecord } from '../../../local/event-sources/stream-record';
import { table } from './stores';

/** What time to live takes away, until its record was delivered. */
export interface ExpiryStream {
  /**
   * Takes away what has expired, then delivers; what is not delivered stays for the next time. How many items expired.
   */
  sweep(deliver: (expired: Voice) => Promise<unknown>): Promise<number>;
  clear(): void;
}

/** Time to live of the ledger, on the test's clock. */
export const expiryStream = (dynamoDb: DynamoDBClient, nowMs: () => number): ExpiryStream => {
  const undelivered: Voice[] = [];
  return {
    sweep: async (deliver) => {
      const expired = await findExpired(dynamoDb, table, new Date(nowMs()));
      for (const item of expired) {
        const removed = await deleteExpired(dynamoDb, table, item);
        if (removed?.['kind']?.S !== 'voice') continue;
        const record = expiryRecord(table, removed, new Date(nowMs()));
        const { dynamodb } = DynamoDBStreamRecord.parse({ ...record, awsRegion: 'x', eventSourceARN: 'x' });
        undelivered.push(voiceItem.parse(dynamodb.OldImage));
      }
      for (const each of [...undelivered]) {
        if ((await deliver(each)) !== 'killed') undelivered.splice(undelivered.indexOf(each), 1);
      }
      return expired.length;
    },
    clear: () => void (undelivered.length = 0),
  };
};
