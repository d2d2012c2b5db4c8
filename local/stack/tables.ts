import { setTimeout } from 'node:timers/promises';
import {
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  UpdateTimeToLiveCommand,
  CreateTableCommand,
  DescribeTableCommand,
  type KeySchemaElement,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { localAccountId } from '../aws/account-id';
import type { DeployedTable } from './deployed-stack';
import { tableName } from './physical-names';
import type { ResolutionScope, ResourceAttributes } from './resolution-scope';
import { readProperties, type TemplateResource } from './template-resource';

const isUnknownOperation = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && error.name === 'UnknownOperationException';

/**
 * Sets the table's TTL attribute on the emulator unless it is already set. Skips emulators without TTL, since the local
 * stack expires items itself.
 */
export const enableTimeToLive = async (
  client: DynamoDBClient,
  TableName: string,
  AttributeName: string,
): Promise<void> => {
  try {
    const { TimeToLiveDescription: current } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    if (current?.AttributeName === AttributeName) return;
    const TimeToLiveSpecification = { AttributeName, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  } catch (error) {
    if (!isUnknownOperation(error)) throw error;
  }
};

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })).min(1);

const indexes = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({
        ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
        NonKeyAttributes: z.array(z.string()).optional(),
      }),
    }),
  )
  .optional();

/** The properties that AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable share and the local stack uses. */
export const tableSchema = z.object({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});

/** The resolved properties of a table. */
export type TableProperties = z.infer<typeof tableSchema>;

/** Returns the attribute with the expiry, or undefined if the table has no TTL or it is disabled. */
export const ttlAttributeOf = ({ TimeToLiveSpecification: ttl }: TableProperties): string | undefined =>
  ttl?.Enabled === true ? ttl.AttributeName : undefined;

const activeWithinMs = 10_000;
const pollMs = 20;

/** An existing table, with the names by which a template references it. */
export interface ExistingTable {
  readonly table: DeployedTable;
  readonly arn: string;
  /** Absent if the template requests no stream. */
  readonly streamArn?: string;
}

const describeTable = async (client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const createTable = async (
  client: DynamoDBClient,
  TableName: string,
  properties: TableProperties,
): Promise<TableDescription> => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  const StreamSpecification = properties.StreamSpecification && {
    StreamEnabled: true,
    ...properties.StreamSpecification,
  };
  const shape = { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification };
  await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...shape }));
  for (let waitedMs = 0; waitedMs < activeWithinMs; waitedMs += pollMs) {
    const description = await describeTable(client, TableName);
    if (description?.TableStatus === 'ACTIVE') return description;
    await setTimeout(pollMs);
  }
  throw new Error(`The table ${TableName} was created but is not active after ${activeWithinMs} ms`);
};

const writeKey = (keySchema: readonly KeySchemaElement[] = []): string =>
  keySchema.map(({ AttributeName, KeyType }) => `${String(KeyType)} ${String(AttributeName)}`).join(', ');

/**
 * Returns the properties of a table that must match the template, because they cannot be changed or queries need them.
 */
const outline = ({ KeySchema, GlobalSecondaryIndexes = [] }: TableProperties | TableDescription): string => {
  const indexes = GlobalSecondaryIndexes.map(
    ({ IndexName, KeySchema: key }) => `${String(IndexName)} (${writeKey(key)})`,
  );
  return [`key (${writeKey(KeySchema)})`, ...indexes.sort()].join(', ');
};

/**
 * Creates the table, always on demand, unless it exists. Throws if an existing one has another key or other global
 * indexes.
 */
export const ensureTable = async (
  client: DynamoDBClient,
  resource: TemplateResource,
  scope: ResolutionScope,
): Promise<ExistingTable> => {
  const properties = readProperties(resource, tableSchema, scope);
  const name = properties.TableName ?? tableName(scope.stackName, resource.id);
  const description = (await describeTable(client, name)) ?? (await createTable(client, name, properties));
  if (outline(description) !== outline(properties)) {
    const found = `The table ${name} is there with ${outline(description)}`;
    throw new Error(
      `${found}, but the template requires ${outline(properties)}. Delete the table, or use another emulator.`,
    );
  }
  const ttlAttribute = ttlAttributeOf(properties);
  if (ttlAttribute !== undefined) await enableTimeToLive(client, name, ttlAttribute);

  const streamView = properties.StreamSpecification?.StreamViewType;
  const arn = `arn:aws:dynamodb:${scope.region}:${localAccountId}:table/${name}`;
  return {
    table: {
      name,
      keyNames: properties.KeySchema.map(({ AttributeName }) => AttributeName),
      ...(ttlAttribute !== undefined && { ttlAttribute }),
      ...(streamView !== undefined && { streamView }),
    },
    arn,
    ...(streamView !== undefined && { streamArn: `${arn}/stream/local` }),
  };
};

/** Returns the attributes of a table that a template can reference. */
export const tableAttributes = ({ table, arn, streamArn }: ExistingTable): ResourceAttributes => ({
  Ref: table.name,
  Arn: arn,
  ...(streamArn !== undefined && { StreamArn: streamArn }),
});
