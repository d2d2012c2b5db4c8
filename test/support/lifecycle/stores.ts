import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createLedgerTable } from '../ledger-table';

/** The ledger's table, as time to live sees it. */
export const table = { name: 'ledger', keyNames: ['pk'], ttlAttribute: 'expires_at', streamView: 'OLD_IMAGE' } as const;

/** The bucket of samples. */
export const bucket = 'samples';

/** The table and the bucket, seen by a test: no kill and no fault strikes here. */
export interface Stores {
  /** The ledger's items by key. */
  readonly ledger: () => Promise<Record<string, Record<string, unknown>>>;
  readonly samples: () => Promise<string[]>;
  readonly empty: () => Promise<void>;
}

/** Creates both. */
export const createStores = async (dynamoDb: DynamoDBClient, s3: S3Client): Promise<Stores> => {
  await createLedgerTable(dynamoDb, table.name);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const documents = DynamoDBDocumentClient.from(dynamoDb);
  const ledger = async (): Promise<Record<string, Record<string, unknown>>> => {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
    return Object.fromEntries(Items.map((item) => [String(item['pk']), item]));
  };
  const samples = async (): Promise<string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key }) => String(Key));
  };
  const forget = (pk: string) => documents.send(new DeleteCommand({ TableName: table.name, Key: { pk } }));
  const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  return {
    ledger,
    samples,
    empty: async () => {
      await Promise.all([...Object.keys(await ledger()).map(forget), ...(await samples()).map(remove)]);
    },
  };
};
