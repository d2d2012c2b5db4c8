import { connect } from 'node:net';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type AwsEmulators, startAwsEmulators } from '../../../local/aws/emulators';
import { clientsFor } from './clients';

const TableName = 'Ledger';
let emulators: AwsEmulators;
let clients: ReturnType<typeof clientsFor>;

beforeAll(async () => {
  emulators = await startAwsEmulators();
  clients = clientsFor(emulators.url);
  await clients.dynamoDb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
        { AttributeName: 'expires_at', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byKind',
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'expires_at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});

afterAll(async () => {
  clients.destroy();
  await emulators.close();
});

const item = (pk: string, expiresAt: number) => ({
  pk: { S: pk },
  kind: { S: 'voice' },
  expires_at: { N: String(expiresAt) },
});

describe('DynamoDB of the local stack', () => {
  it('given ten concurrent claims of one item, when they are conditional, then exactly one wins', async () => {
    const claim = () =>
      clients.dynamoDb.send(
        new PutItemCommand({ TableName, Item: item('CLAIM#1', 0), ConditionExpression: 'attribute_not_exists(pk)' }),
      );

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, claim));

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(9);
    expect(refused[0]!.reason).toBeInstanceOf(ConditionalCheckFailedException);
  });

  it('given an item, when it is updated under a condition, then the new attributes are returned', async () => {
    await clients.dynamoDb.send(new PutItemCommand({ TableName, Item: item('VOICE#1', 10) }));

    const { Attributes } = await clients.dynamoDb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: 'VOICE#1' } },
        UpdateExpression: 'SET #state = :deleting ADD version :one',
        ConditionExpression: 'attribute_not_exists(#state)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':deleting': { S: 'deleting' }, ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );

    expect(Attributes).toMatchObject({ state: { S: 'deleting' }, version: { N: '1' } });
  });

  it('given items of one kind, when the index is asked up to a time, then those are returned in order', async () => {
    for (const expiresAt of [300, 100, 200]) {
      await clients.dynamoDb.send(new PutItemCommand({ TableName, Item: item(`AT#${expiresAt}`, expiresAt) }));
    }

    const { Items = [] } = await clients.dynamoDb.send(
      new QueryCommand({
        TableName,
        IndexName: 'byKind',
        KeyConditionExpression: 'kind = :kind AND expires_at BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':kind': { S: 'voice' }, ':from': { N: '100' }, ':to': { N: '200' } },
      }),
    );

    expect(Items.map(({ pk }) => pk?.S)).toEqual(['AT#100', 'AT#200']);
  });

  it('given a sender that goes away in mid-request, when others ask, then they are still answered', async () => {
    const socket = connect(Number(new URL(emulators.url).port), '127.0.0.1');
    const authorization = 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request';
    socket.write(`POST / HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\nauthorization: ${authorization}\r\n\r\n{`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();

    const { Item } = await clients.dynamoDb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'nobody' } } }));

    expect(Item).toBeUndefined();
  });
});
