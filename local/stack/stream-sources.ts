import type { DeployedFunction, StreamSource } from './deployed-stack';
import { readMapping } from './event-source-mapping';
import { runnableFunction } from './function-references';
import type { ExistingQueue } from './queues';
import type { ResolutionScope } from './resolution-scope';
import type { ExistingTable } from './tables';
import { mapResources, ofType, type TemplateResource } from './template-resource';

/** Lambda's default batch from a stream. */
const defaultBatchSize = 100;

const failureQueue = (
  queues: readonly ExistingQueue[],
  destination: string | undefined,
  usedBy: string,
): { failureQueueUrl?: string } => {
  if (destination === undefined) return {};
  const queue = queues.find(({ arn }) => arn === destination);
  if (queue !== undefined) return { failureQueueUrl: queue.url };
  throw new Error(`${usedBy} reports failures to ${destination}, which is no queue of this stack`);
};

/** The mappings from the streams of this stack's tables, by logical id. */
export const readStreamSources = (
  resources: readonly TemplateResource[],
  functions: Readonly<Record<string, DeployedFunction>>,
  tables: readonly ExistingTable[],
  queues: readonly ExistingQueue[],
  scope: ResolutionScope,
): Promise<Record<string, StreamSource>> =>
  mapResources(ofType(resources, 'AWS::Lambda::EventSourceMapping'), (resource) => {
    const mapping = readMapping(resource, scope);
    const source = tables.find(({ streamArn }) => streamArn !== undefined && streamArn === mapping?.EventSourceArn);
    if (mapping === undefined || source === undefined) return undefined;
    return {
      functionId: runnableFunction(functions, mapping.FunctionName, resource.id),
      tableName: source.table.name,
      streamArn: mapping.EventSourceArn,
      batchSize: mapping.BatchSize ?? defaultBatchSize,
      reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      filters: mapping.FilterCriteria.Filters.map(({ Pattern }) => Pattern),
      retryAttempts: mapping.MaximumRetryAttempts,
      bisectsOnError: mapping.BisectBatchOnFunctionError,
      ...failureQueue(queues, mapping.DestinationConfig.OnFailure?.Destination, resource.id),
    };
  });
