import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';

/** A ledger table in the emulator for one test file, begun before its tests and ended after them. */
export interface DynamoDbTable {
  readonly name: string;
  readonly client: () => DynamoDBClient;
}

/** Registers the table with the test file that calls this. */
export const startDynamoDb = (): DynamoDbTable => {
  let aws: AwsEmulators;
  let client: DynamoDBClient;
  const name = 'ledger';
  beforeAll(async () => {
    aws = await startAwsEmulators();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new DynamoDBClient({ endpoint: aws.url, region: 'eu-west-1', credentials });
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
  });
  afterAll(() => aws.close());
  return { name, client: () => client };
};
