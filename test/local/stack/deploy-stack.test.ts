import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type AwsEmulators, startAwsEmulators } from '../../../local/aws/emulators';
import { deployStack, type DeployStackOptions } from '../../../local/stack/deploy-stack';
import type { DeployedStack } from '../../../local/stack/deployed-stack';
import { inPlainNode } from '../../support/in-plain-node';
import { clientsFor } from '../aws/clients';

const region = 'eu-central-1';
const byPrefix = <Value>(record: Readonly<Record<string, Value>>, prefix: string): Value =>
  Object.entries(record).find(([id]) => id.startsWith(prefix))![1];

let workDir: string;
let assemblyDir: string;
let secretId: string;
let emulators: AwsEmulators;
let clients: ReturnType<typeof clientsFor>;
let stack: DeployedStack;

const deploy = (options: Partial<DeployStackOptions> = {}): Promise<DeployedStack> =>
  deployStack({
    assemblyDir,
    awsUrl: emulators.url,
    region,
    secretValues: { [secretId]: 'first value' },
    environmentOverrides: { BUCKET_HOST: 'samples.test', NOT_DECLARED: 'never seen' },
    ...options,
  });

beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'assembly-'));
  assemblyDir = inPlainNode('synthesizeFixture', workDir) as string;
  const template = JSON.parse(await readFile(join(assemblyDir, 'Demo-Stack.template.json'), 'utf8')) as {
    Resources: Record<string, unknown>;
  };
  secretId = Object.keys(template.Resources).find((id) => id.startsWith('WebhookSecret'))!;
  emulators = await startAwsEmulators();
  clients = clientsFor(emulators.url, region);
  stack = await deploy();
});

afterAll(async () => {
  clients.destroy();
  await emulators.close();
  await rm(workDir, { recursive: true });
});

describe('deployStack: functions', () => {
  it('given a function from an asset, when deployed, then its code, limits and resolved variables are known', () => {
    const [handler, ...others] = stack.functions;

    expect(others).toEqual([]);
    expect(handler).toMatchObject({
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      timeoutS: 27,
      memoryMb: 512,
      reservedConcurrency: 6,
      environment: {
        QUEUE_URL: byPrefix(stack.queues, 'Jobs'),
        TABLE_NAME: byPrefix(stack.tables, 'Ledger').name,
        BUCKET_NAME: byPrefix(stack.buckets, 'Samples'),
        SECRET_ARN: byPrefix(stack.secrets, 'WebhookSecret'),
        SECRET_NAME: `${secretId}-DemoStack`,
        BUCKET_HOST: 'samples.test',
        REGION: region,
      },
    });
    expect(handler!.environment).not.toHaveProperty('NOT_DECLARED');
  });

  it('given the code directory, when it is read, then it holds the bundle', async () => {
    const code = await readFile(join(stack.functions[0]!.codeDir, 'index.js'), 'utf8');

    expect(code).toContain('exports.handler');
  });

  it('given a variable that only AWS knows, when it is not overridden, then the refusal names it', async () => {
    const deployment = deploy({ environmentOverrides: {} });

    await expect(deployment).rejects.toThrow(/^Handler\w+\.Environment\.Variables\.BUCKET_HOST: cannot resolve/);
  });
});

describe('deployStack: what invokes functions', () => {
  it('given Lambda proxy methods, when deployed, then they are routes with their parameters', () => {
    const functionId = stack.functions[0]!.id;

    expect(stack.api.stage).toBe('live');
    expect(stack.api.binaryMediaTypes).toEqual(['multipart/form-data']);
    expect(stack.api.routes).toEqual([
      { method: 'POST', path: '/webhook', functionId },
      { method: 'GET', path: '/webhook/{id}', functionId },
      { method: 'ANY', path: '/{proxy+}', functionId },
    ]);
  });

  it('given answers of API Gateway, when deployed, then they are as the template has them, and none is skipped', () => {
    expect(stack.api.responses).toEqual([
      {
        type: 'INTEGRATION_TIMEOUT',
        statusCode: 503,
        headers: [['Retry-After', '5']],
        template: '{"error":$context.error.messageString}',
      },
      { type: 'DEFAULT_5XX', headers: [] },
    ]);
    expect(Object.keys(stack.skipped)).not.toContain('AWS::ApiGateway::GatewayResponse');
  });

  it('given event source mappings, when deployed, then the enabled ones are sources with all their settings', () => {
    const functionId = stack.functions[0]!.id;

    expect(stack.queueSources).toEqual([
      {
        functionId,
        queueUrl: byPrefix(stack.queues, 'Jobs'),
        queueArn: expect.stringMatching(/^arn:aws:sqs:eu-central-1:000000000000:Demo-Stack-Jobs/),
        batchSize: 5,
        batchingWindowS: 1,
        reportsItemFailures: true,
        maxConcurrency: 4,
      },
    ]);
    expect(stack.streamSources).toEqual([
      {
        functionId,
        tableName: byPrefix(stack.tables, 'Ledger').name,
        streamArn: expect.stringMatching(/^arn:aws:dynamodb:eu-central-1:\d{12}:table\/Demo-Stack-Ledger\w+\/stream\//),
        batchSize: 100,
        reportsItemFailures: false,
        filters: [{ eventName: ['REMOVE'], userIdentity: { principalId: ['dynamodb.amazonaws.com'] } }],
        retryAttempts: 3,
        bisectsOnError: true,
        failureQueueUrl: byPrefix(stack.queues, 'DeadLetters'),
      },
    ]);
  });

  it('given two rules, when deployed, then one is a schedule, and the disabled one is skipped', () => {
    const functionId = stack.functions[0]!.id;

    expect(stack.schedules).toEqual([
      {
        functionId,
        name: expect.stringMatching(/^Reconcile/),
        expression: 'rate(5 minutes)',
        input: { type: 'reconcile' },
      },
    ]);
    expect(stack.skipped['AWS::Events::Rule']).toEqual([expect.stringMatching(/^Paused/)]);
  });

  it('given what does not run here, when deployed, then it is listed by type, and what does run is not', () => {
    expect(stack.skipped['AWS::ApiGateway::Method']).toEqual([
      expect.stringMatching(/^ApiwebhookhealthGET/),
      expect.stringMatching(/^ApiANY/),
    ]);
    expect(stack.skipped['AWS::Lambda::Function']).toEqual([expect.stringMatching(/^Inline/)]);
    expect(stack.skipped['AWS::Lambda::EventSourceMapping']).toHaveLength(1);
    expect(stack.skipped['AWS::IAM::Role']).toHaveLength(2);
    expect(Object.keys(stack.skipped)).not.toContain('AWS::S3::Bucket');
  });
});

describe('deployStack: storage', () => {
  it('given tables, when deployed, then they have keys, indexes, TTL and stream of the template', async () => {
    const ledger = byPrefix(stack.tables, 'Ledger');
    const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: ledger.name }));

    expect(ledger).toMatchObject({ keyNames: ['pk'], ttlAttribute: 'expires_at', streamView: 'OLD_IMAGE' });
    expect(byPrefix(stack.tables, 'Audit')).toEqual({ name: 'audit-trail', keyNames: ['day', 'at'] });
    expect(Table!.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'byKind', IndexStatus: 'ACTIVE' }]);
  });

  it('given a queue with a dead-letter queue, when deployed, then its URL works and it has its attributes', async () => {
    const QueueUrl = byPrefix(stack.queues, 'Jobs');

    const { Attributes } = await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

    expect(new URL(QueueUrl).origin).toBe(emulators.url);
    expect(Attributes).toMatchObject({ VisibilityTimeout: '60', DelaySeconds: '2' });
    expect(JSON.parse(Attributes!['RedrivePolicy']!)).toEqual({
      deadLetterTargetArn: expect.stringContaining(':Demo-Stack-DeadLetters'),
      maxReceiveCount: 3,
    });
  });

  it('given a value for one of two secrets, when deployed, then the other is there without a value', async () => {
    const read = (SecretId: string) => clients.secrets.send(new GetSecretValueCommand({ SecretId }));

    const { SecretString } = await read(byPrefix(stack.secrets, 'WebhookSecret'));

    expect(SecretString).toBe('first value');
    await expect(read('unset/one')).rejects.toThrow(ResourceNotFoundException);
  });

  it('given a stack with data, when it is deployed again, then all is reused and secrets get new values', async () => {
    const Bucket = byPrefix(stack.buckets, 'Samples');
    const TableName = byPrefix(stack.tables, 'Ledger').name;
    const QueueUrl = byPrefix(stack.queues, 'Jobs');
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'object' }));
    await clients.dynamoDb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'kept' } } }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));

    const again = await deploy({ secretValues: { [secretId]: 'second value' } });

    const [object, item, { Attributes }, secret, buckets, tables] = await Promise.all([
      clients.s3.send(new GetObjectCommand({ Bucket, Key: 'kept' })),
      clients.dynamoDb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'kept' } } })),
      clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
      ),
      clients.secrets.send(new GetSecretValueCommand({ SecretId: again.secrets[secretId] })),
      clients.s3.send(new ListBucketsCommand({})),
      clients.dynamoDb.send(new ListTablesCommand({})),
    ]);
    expect(again).toEqual(stack);
    expect(await object.Body!.transformToString()).toBe('object');
    expect(item.Item).toEqual({ pk: { S: 'kept' } });
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
    expect(secret.SecretString).toBe('second value');
    expect(buckets.Buckets).toHaveLength(1);
    expect(tables.TableNames).toHaveLength(2);
  });
});

describe('deployStack: refusals', () => {
  it('given a value for a secret that the template lacks, when deployed, then there are only those of the template', async () => {
    const { secrets } = await deploy({ secretValues: { OfALaterTemplate: 'x' } });

    expect(secrets).toEqual(stack.secrets);
  });

  it('given a table of that name with another key, when deployed, then the refusal says both keys', async () => {
    const own = await startAwsEmulators();
    const { dynamoDb, destroy } = clientsFor(own.url, region);
    await dynamoDb.send(
      new CreateTableCommand({
        TableName: 'audit-trail',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );

    const deployment = deploy({ awsUrl: own.url });

    await expect(deployment).rejects.toThrow(
      'The table audit-trail is there with key (HASH id), but the template requires key (HASH day, RANGE at)',
    );
    destroy();
    await own.close();
  });

  it('given no emulator at the endpoint, when deployed, then the refusal names the first resource', async () => {
    const gone = await startAwsEmulators();
    await gone.close();

    await expect(deploy({ awsUrl: gone.url })).rejects.toThrow(/^Samples\w+ \(AWS::S3::Bucket\): the emulator says/);
  });

  it('given an assembly with two stacks, when deployed, then the refusal names both', async () => {
    await writeFile(join(workDir, 'A.template.json'), '{}');
    await writeFile(join(workDir, 'B.template.json'), '{}');

    await expect(deploy({ assemblyDir: workDir })).rejects.toThrow('holds 2 stacks [A.template.json, B.template.json]');
  });
});
