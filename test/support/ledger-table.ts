import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { projectedAttributes } from '../../lambdas/ledger/by-kind';

/** Creates a table with the ledger's key and index, without time to live and stream. */
export const createLedgerTable = (dynamoDb: DynamoDBClient, name: string) =>
  dynamoDb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
        { AttributeName: 'expires_at', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'expires_at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: projectedAttributes },
        },
      ],
    }),
  );
