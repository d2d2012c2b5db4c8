import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createClients } from '../../ops/clients';
import { prepareTable } from '../../ops/restore';
import { scripted } from '../support/scripted-client';

const streamArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-01-01T00:00:00.000';
const ledger = {
  TableStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [{ IndexName: 'by-kind' }],
  LatestStreamArn: streamArn,
};

const prepared = async (table: object, others: object = {}) => {
  const tables = scripted(new DynamoDBClient({ region: 'eu-central-1' }), { Table: table, ...others });
  const clients = {
    ...createClients({ region: 'eu-central-1' }),
    tables: tables.client,
    dynamoDb: DynamoDBDocumentClient.from(tables.client),
  };
  const settings = await prepareTable({ clients }, 'restored', 7, 1_000).catch((error: unknown) => String(error));
  return { settings, sent: tables.sent.filter(({ command }) => !/^(Describe|Get)/.test(command)) };
};

describe('preparing a restored table', () => {
  it('given a table as AWS restores it, then it is paused first, and has its stream before anything expires', async () => {
    const { settings, sent } = await prepared(ledger);

    expect(settings).toEqual({ TABLE_NAME: 'restored', TABLE_STREAM_ARN: streamArn, BACKUP_DAYS: 7 });
    expect(sent).toMatchObject([
      { command: 'PutItemCommand', input: { Item: { pk: 'PAUSE', paused_at: 1_000 } } },
      {
        command: 'UpdateTableCommand',
        input: {
          DeletionProtectionEnabled: true,
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
        },
      },
      { command: 'UpdateTimeToLiveCommand', input: { TimeToLiveSpecification: { AttributeName: 'expires_at' } } },
      {
        command: 'UpdateContinuousBackupsCommand',
        input: { PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 } },
      },
    ]);
  });

  it('given a table that has all of it, then only the backups are set again', async () => {
    const { sent } = await prepared(
      { ...ledger, DeletionProtectionEnabled: true, StreamSpecification: { StreamEnabled: true } },
      { Item: { pk: 'PAUSE', paused_at: 1 }, TimeToLiveDescription: { AttributeName: 'expires_at' } },
    );

    expect(sent.map(({ command }) => command)).toEqual(['UpdateContinuousBackupsCommand']);
  });

  it.each([
    ['another table', { ...ledger, GlobalSecondaryIndexes: [] }, "has not the key and index of Precall's table"],
    ['a table that is being restored', { ...ledger, TableStatus: 'CREATING' }, 'is not active yet'],
  ])('given %s, then nothing is changed', async (_given, table, message) => {
    const { settings, sent } = await prepared(table);

    expect(settings).toContain(message);
    expect(sent).toEqual([]);
  });
});
