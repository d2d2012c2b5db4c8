import type { DeployedFunction, QueueSource } from './deployed-stack';
import { readMapping } from './event-source-mapping';
import { runnableFunction } from './function-references';
import type { ExistingQueue } from './queues';
import type { ResolutionScope } from './resolution-scope';
import { mapResources, ofType, type TemplateResource } from './template-resource';

/** Lambda's default batch from a queue. */
const defaultBatchSize = 10;

/** The mappings from this stack's queues, by logical id. Throws for one with a filter, which queues have not here. */
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
      batchSize: mapping.BatchSize ?? defaultBatchSize,
      batchingWindowS: mapping.MaximumBatchingWindowInSeconds,
      reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    };
  });
