import { randomUUID } from 'node:crypto';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { AwsError } from './aws-error';
import type { Actions } from './serve-json';

const startRequest = z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() });
const listRequest = z.object({ SourceArn: z.string(), MaxResults: z.number().int().min(1).max(10).default(1) });

interface MoveTask {
  readonly TaskHandle: string;
  Status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  readonly SourceArn: string;
  ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  readonly StartedTimestamp: number;
}

interface QueueFacts {
  readonly url: string;
  readonly arn: string;
  /** The queue for failed messages. */
  readonly deadLetterArn: string | undefined;
  readonly messages: number;
}

/**
 * Adds SQS's StartMessageMoveTask and ListMessageMoveTasks to an emulator that lacks them. It moves a dead-letter
 * queue's messages back to their source queue, as new messages.
 */
export const messageMoves = (sqs: SQSClient): Actions => {
  const tasks: MoveTask[] = [];
  return {
    StartMessageMoveTask: async (body) => {
      const { SourceArn, DestinationArn } = startRequest.parse(body);
      const queues = await allQueues(sqs);
      const source = queues.find(({ arn }) => arn === SourceArn);
      const target = queues.find(({ arn, deadLetterArn }) =>
        DestinationArn === undefined ? deadLetterArn === SourceArn : arn === DestinationArn,
      );
      if (source === undefined) throw new AwsError('ResourceNotFoundException', 'The source queue does not exist.');
      if (target === undefined)
        throw new AwsError('InvalidParameterValue', 'The source queue is not the dead-letter queue of any queue.');
      const task: MoveTask = {
        TaskHandle: randomUUID(),
        Status: 'RUNNING',
        SourceArn,
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: source.messages,
        StartedTimestamp: Date.now(),
      };
      tasks.unshift(task);
      void move(sqs, source.url, target.url, task).then(
        () => (task.Status = 'COMPLETED'),
        () => (task.Status = 'FAILED'),
      );
      return { TaskHandle: task.TaskHandle };
    },
    ListMessageMoveTasks: (body) => {
      const { SourceArn, MaxResults } = listRequest.parse(body);
      return { Results: tasks.filter((task) => task.SourceArn === SourceArn).slice(0, MaxResults) };
    },
  };
};

const allQueues = async (sqs: SQSClient): Promise<QueueFacts[]> => {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const endpoint = await sqs.config.endpoint?.();
  return Promise.all(
    QueueUrls.map(async (given) => {
      const url =
        endpoint === undefined ? given : `http://${endpoint.hostname}:${endpoint.port ?? 80}${new URL(given).pathname}`;
      const query = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
      const { Attributes = {} } = await sqs.send(query);
      const policy = z
        .object({ deadLetterTargetArn: z.string() })
        .safeParse(JSON.parse(Attributes['RedrivePolicy'] ?? 'null')).data;
      const messages = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
      return { url, arn: Attributes['QueueArn'] ?? '', deadLetterArn: policy?.deadLetterTargetArn, messages };
    }),
  );
};

const move = async (sqs: SQSClient, from: string, to: string, task: MoveTask): Promise<void> => {
  for (;;) {
    const take = new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] });
    const { Messages = [] } = await sqs.send(take);
    if (Messages.length === 0) return;
    for (const { Body, MessageAttributes, ReceiptHandle } of Messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body, MessageAttributes }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      task.ApproximateNumberOfMessagesMoved += 1;
    }
  }
};
