import * as z from 'zod';
import type { DeployedFunction, QueueSource, StreamSource } from './deployed-stack';
import { runnableFunction } from './function-references';
import type { ExistingQueue } from './queues';
import type { ResolutionScope } from './resolution-scope';
import type { ExistingTable } from './tables';
import { jsonText, readProperties, type TemplateResource, mapResources, ofType } from './template-resource';

const mappingSchema = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.coerce.number().int().optional(),
  BisectBatchOnFunctionError: z.boolean().default(false),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: jsonText })).default([]) }).default({ Filters: [] }),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  MaximumRetryAttempts: z.coerce.number().int().default(-1),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().int().optional() }).default({}),
});

/** The resolved properties of an event source mapping, with Lambda's defaults. */
type EventSourceMapping = z.infer<typeof mappingSchema>;

/** Reads a mapping. Returns undefined if it is disabled. */
export const readMapping = (resource: TemplateResource, scope: ResolutionScope): EventSourceMapping | undefined =>
  resource.properties['Enabled'] === false ? undefined : readProperties(resource, mappingSchema, scope);

/** Lambda's default batch size for queues. */
const defaultQueueBatchSize = 10;

/** Reads the event source mappings of this stack's queues, by logical id. Throws if one has a filter. */
export const readQueueSources = (
  resources: readonly TemplateResource[],
  functions: Readonly<Record<string, DeployedFunction>>,
  queues: readonly ExistingQueue[],
  scope: ResolutionScope,
): Promise<Record<string, QueueSource>> =>
  mapResources(ofType(resources, 'AWS::Lambda::EventSourceMapping'), (resource) => {
    const mapping = readMapping(resource, scope);
    const queue = queues.find(({ arn }) => arn === mapping?.EventSourceArn);
    if (mapping === undefined || queue === undefined) return undefined;
    if (mapping.FilterCriteria.Filters.length > 0) {
      throw new Error(`${resource.id} filters the messages of ${queue.name}, which the local stack cannot do`);
    }
    const { MaximumConcurrency: maxConcurrency } = mapping.ScalingConfig;
    return {
      functionId: runnableFunction(functions, mapping.FunctionName, resource.id),
      queueUrl: queue.url,
      queueArn: queue.arn,
      batchSize: mapping.BatchSize ?? defaultQueueBatchSize,
      batchingWindowS: mapping.MaximumBatchingWindowInSeconds,
      reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    };
  });

/** Lambda's default batch size for streams. */
const defaultStreamBatchSize = 100;

const failureQueue = (
  queues: readonly ExistingQueue[],
  destination: string | undefined,
  usedBy: string,
): { failureQueueUrl?: string } => {
  if (destination === undefined) return {};
  const queue = queues.find(({ arn }) => arn === destination);
  if (queue !== undefined) return { failureQueueUrl: queue.url };
  throw new Error(`${usedBy} reports failures to ${destination}, which is not a queue of this stack`);
};

/** Reads the event source mappings of this stack's table streams, by logical id. */
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
      batchSize: mapping.BatchSize ?? defaultStreamBatchSize,
      reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      filters: mapping.FilterCriteria.Filters.map(({ Pattern }) => Pattern),
      retryAttempts: mapping.MaximumRetryAttempts,
      bisectsOnError: mapping.BisectBatchOnFunctionError,
      ...failureQueue(queues, mapping.DestinationConfig.OnFailure?.Destination, resource.id),
    };
  });
