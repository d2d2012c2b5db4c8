import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { queueName } from './physical-names';
import type { ResolutionScope, ResourceAttributes } from './resolution-scope';
import { readProperties, type TemplateResource } from './template-resource';

const queueSchema = z.object({
  QueueName: z.string().optional(),
  FifoQueue: z.literal(false, 'the local stack runs standard queues only').optional(),
});

const count = z.coerce.number().int().transform(String);

/** Attributes have the same names in CloudFormation and in SQS, where all values are strings. */
const attributesSchema = z.object({
  DelaySeconds: count.optional(),
  MaximumMessageSize: count.optional(),
  MessageRetentionPeriod: count.optional(),
  ReceiveMessageWaitTimeSeconds: count.optional(),
  VisibilityTimeout: count.optional(),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int() })
    .transform((policy) => JSON.stringify(policy))
    .optional(),
});

/** A queue that exists. */
export interface ExistingQueue {
  readonly name: string;
  /** The URL with the endpoint's origin, because the SQS client sends requests to the URL's host. */
  readonly url: string;
  readonly arn: string;
}

const findUrl = async (sqs: SQSClient, QueueName: string): Promise<string | undefined> => {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
};

/** Creates the queue unless it exists. Its attributes are set later, when all queues that they may name exist. */
export const ensureQueue = async (
  sqs: SQSClient,
  resource: TemplateResource,
  awsUrl: string,
  scope: ResolutionScope,
): Promise<ExistingQueue> => {
  const { QueueName: name = queueName(scope.stackName, resource.id) } = readProperties(resource, queueSchema, scope);
  const givenUrl =
    (await findUrl(sqs, name)) ?? (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? '';
  const url = new URL(new URL(givenUrl).pathname, awsUrl).href;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`The emulator has a queue ${name} and gave no ARN`);
  return { name, url, arn };
};

/** Sets the template's attributes of an existing queue, including its redrive policy. */
export const setQueueAttributes = async (
  sqs: SQSClient,
  resource: TemplateResource,
  { url: QueueUrl }: ExistingQueue,
  scope: ResolutionScope,
): Promise<void> => {
  const properties = Object.entries(readProperties(resource, attributesSchema, scope));
  const attributes = properties.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  if (attributes.length === 0) return;
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: Object.fromEntries(attributes) }));
};

/** Returns the attributes of a queue that a template can reference. */
export const queueAttributes = ({ name, url, arn }: ExistingQueue): ResourceAttributes => ({
  Ref: url,
  Arn: arn,
  QueueName: name,
  QueueUrl: url,
});
