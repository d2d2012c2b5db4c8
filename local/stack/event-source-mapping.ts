import * as z from 'zod';
import { jsonText } from './json-text';
import type { ResolutionScope } from './resolution-scope';
import { readProperties, type TemplateResource } from './template-resource';

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

/** An event source mapping's properties, resolved, with Lambda's defaults. */
type EventSourceMapping = z.infer<typeof mappingSchema>;

/** Undefined for a mapping that is switched off. */
export const readMapping = (resource: TemplateResource, scope: ResolutionScope): EventSourceMapping | undefined =>
  resource.properties['Enabled'] === false ? undefined : readProperties(resource, mappingSchema, scope);
