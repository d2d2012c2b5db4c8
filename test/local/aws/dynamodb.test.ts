import { connect } from 'node:net';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  type CreateTableCommandInput,
  GetItemCommand,
  type Projection,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type AwsEmulators, startAwsEmulators } from '../../../local/aws/emulators';
import { clientsFor } from './clients';

const TableName = 'Ledger';
let emulators: AwsEmulators;
let clients: ReturnType<typeof clientsFor>;

const shapeOf = (Projection: Projection): Omit<CreateTableCommandInput, 'TableName'> => ({
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
      Projection,
    },
  ],
});

beforeAll(async () => {
  emulators = await startAwsEmulators();
  clients = clientsFor(emulators.url);
  await clients.dynamoDb.send(new CreateTableCommand({ ...shapeOf({ ProjectionType: 'ALL' }), TableName }));
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

  describe('an index that projects a part of each item', () => {
    const index = { TableName: 'Small', IndexName: 'byKind' };
    const ofKind = { KeyConditionExpression: 'kind = :kind', ExpressionAttributeValues: { ':kind': { S: 'voice' } } };
    const ask = (more: object) => clients.dynamoDb.send(new QueryCommand({ ...index, ...ofKind, ...more }));

    beforeAll(async () => {
      const shape = shapeOf({ ProjectionType: 'INCLUDE', NonKeyAttributes: ['state', 'nested'] });
      await clients.dynamoDb.send(new CreateTableCommand({ ...shape, TableName: index.TableName }));
      const all = {
        ...item('VOICE#1', 1),
        state: { S: 'live' },
        secret: { S: 's' },
        nested: { M: { secret: { N: '1' } } },
      };
      await clients.dynamoDb.send(new PutItemCommand({ TableName: index.TableName, Item: all }));
    });

    it('given a query, then it returns the keys and what is projected', async () => {
      const { Items } = await ask({});

      expect(Items).toEqual([{ ...item('VOICE#1', 1), state: { S: 'live' }, nested: { M: { secret: { N: '1' } } } }]);
    });

    it('given an update of a projected attribute, then the index has it', async () => {
      const change = { UpdateExpression: 'SET secret = :to, nested.secret = :to' };
      const values = { ExpressionAttributeValues: { ':to': { N: '2' } } };
      const Key = { pk: { S: 'VOICE#1' } };
      await clients.dynamoDb.send(new UpdateItemCommand({ TableName: index.TableName, Key, ...change, ...values }));

      expect((await ask({})).Items).toMatchObject([{ nested: { M: { secret: { N: '2' } } } }]);
    });

    it('given a filter by what is projected, by path, function and alias, then it selects', async () => {
      const FilterExpression =
        'begins_with(#s, :live) AND (attribute_exists(nested.secret) OR NOT nested.secret IN (:live))';
      const { ScannedCount, Items } = await ask({
        FilterExpression,
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ...ofKind.ExpressionAttributeValues, ':live': { S: 'li' } },
      });

      expect([ScannedCount, Items?.length]).toEqual([1, 1]);
    });

    it.each([
      [
        'a filter by anything else',
        {
          FilterExpression: 'attribute_not_exists(secret) AND #a = :kind',
          ExpressionAttributeNames: { '#a': 'agent' },
        },
        'Secondary index byKind does not project one or more filter attributes: [secret, agent]',
      ],
      [
        'anything else in the answer',
        { ProjectionExpression: 'pk, secret, nested.secret' },
        'Global secondary index byKind does not project [secret]',
      ],
      [
        'whole items',
        { Select: 'ALL_ATTRIBUTES' },
        'Select type ALL_ATTRIBUTES is not supported for global secondary index byKind because its projection type is not ALL',
      ],
    ])('given a query for %s, then it is refused as DynamoDB refuses it', async (_given, more, message) => {
      await expect(ask(more)).rejects.toMatchObject({
        name: 'ValidationException',
        message: `One or more parameter values were invalid: ${message}`,
      });
    });
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
