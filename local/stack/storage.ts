import { type Adopted, findTable } from './adopted';
import type { AwsClients } from './aws-clients';
import { bucketAttributes, ensureBucket } from './buckets';
import { ensureQueue, type ExistingQueue, queueAttributes, setQueueAttributes } from './queues';
import { extendScope, type ResolutionScope } from './resolution-scope';
import { ensureSecret, secretAttributes } from './secrets';
import { ensureTable, type ExistingTable, tableAttributes } from './tables';
import { mapResources, mapValues, ofType, type TemplateResource } from './template-resource';

/** The resources on the emulator, by logical id, and the scope in which the rest of the template can reference them. */
export interface Storage {
  /** Bucket names. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, ExistingTable>>;
  readonly queues: Readonly<Record<string, ExistingQueue>>;
  /** Secret ARNs. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly scope: ResolutionScope;
}

/** Adds the resource's name to an AWS error of the emulator. */
const naming =
  <Made>(ensure: (resource: TemplateResource) => Promise<Made>) =>
  async (resource: TemplateResource): Promise<Made> => {
    try {
      return await ensure(resource);
    } catch (cause) {
      if (!(cause instanceof Error && '$metadata' in cause)) throw cause;
      throw new Error(`${resource.id} (${resource.type}): the emulator says ${cause.name} ${cause.message}`, { cause });
    }
  };

const ensureQueues = async (
  { sqs }: AwsClients,
  resources: readonly TemplateResource[],
  awsUrl: string,
  scope: ResolutionScope,
): Promise<Record<string, ExistingQueue>> => {
  const queues = await mapResources(
    resources,
    naming((resource) => ensureQueue(sqs, resource, awsUrl, scope)),
  );
  const queueScope = extendScope(scope, mapValues(queues, queueAttributes));
  const configure = async (resource: TemplateResource): Promise<void> => {
    const queue = queues[resource.id];
    if (queue !== undefined) await setQueueAttributes(sqs, resource, queue, queueScope);
  };
  await mapResources(resources, naming(configure));
  return queues;
};

const ensureSecrets = (
  { secretsManager }: AwsClients,
  resources: readonly TemplateResource[],
  values: Readonly<Record<string, string>>,
  scope: ResolutionScope,
): Promise<Record<string, string>> =>
  mapResources(
    resources,
    naming((resource) => ensureSecret(secretsManager, resource, values[resource.id], scope)),
  );

/**
 * Creates the template's buckets, tables, queues and secrets, or finds existing ones, and those that it adopts. Their
 * names may depend on parameters only. Queues may name each other as dead-letter queues in any order.
 */
export const ensureStorage = async (
  clients: AwsClients,
  resources: readonly TemplateResource[],
  awsUrl: string,
  secretValues: Readonly<Record<string, string>>,
  adopted: Adopted,
  scope: ResolutionScope,
): Promise<Storage> => {
  const of = (...types: readonly string[]): TemplateResource[] => ofType(resources, ...types);
  const created = await mapResources(
    of('AWS::S3::Bucket'),
    naming((resource) => ensureBucket(clients.s3, resource, scope)),
  );
  const buckets = adopted.bucket === undefined ? created : { ...created, StorageBucket: adopted.bucket };
  const ownTables = await mapResources(
    of('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'),
    naming((resource) => ensureTable(clients.dynamoDb, resource, scope)),
  );
  const tables =
    adopted.table === undefined
      ? ownTables
      : { ...ownTables, LedgerTable: await findTable(clients.dynamoDb, adopted.table, resources) };
  const queues = await ensureQueues(clients, of('AWS::SQS::Queue'), awsUrl, scope);
  const secrets = await ensureSecrets(clients, of('AWS::SecretsManager::Secret'), secretValues, scope);
  const attributes = {
    ...mapValues(buckets, bucketAttributes),
    ...mapValues(tables, tableAttributes),
    ...mapValues(queues, queueAttributes),
    ...mapValues(secrets, secretAttributes),
  };
  return { buckets, tables, queues, secrets, scope: extendScope(scope, attributes) };
};
