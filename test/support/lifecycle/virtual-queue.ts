import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

const notBefore = 'notBeforeMs';
const sentAt = 'sentAtMs';
const maxReceives = 12;

interface Held {
  readonly message: Message;
  dueMs: number;
  receives: number;
}

/**
 * A queue of the emulator whose delays run on a clock of the test's: what was sent is really sent, received and
 * deleted.
 */
export interface VirtualQueue {
  readonly url: string;
  /** The client for those who send and postpone. */
  readonly client: SQSClient;
  /** What was given up after its last receive. */
  readonly deadLetters: Message[];
  /** Gives each message that is due to the worker, once. How many there were. */
  processJob(
    worker: (event: SQSEvent, context: Context) => Promise<{ batchItemFailures: unknown[] } | 'killed'>,
  ): Promise<number>;
  /** Messages that are not worked off, due or not. */
  pending(): Promise<number>;
  /** What is not worked off, due or not. */
  jobs(): Promise<unknown[]>;
  /** When the next message is due, by the test's clock; undefined when there is none. */
  nextDueMs(): Promise<number | undefined>;
  clear(): Promise<void>;
  destroy(): void;
}

/** Creates a queue. */
export const createVirtualQueue = async (
  config: SQSClientConfig & { endpoint: string },
  nowMs: () => number,
): Promise<VirtualQueue> => {
  const own = new SQSClient(config);
  const { QueueUrl = '' } = await own.send(new CreateQueueCommand({ QueueName: `jobs-${randomUUID()}` }));
  const url = QueueUrl.replace(/^https?:\/\/[^/]+/, config.endpoint);
  const held = new Map<string, Held>();
  const deadLetters: Message[] = [];
  const postponed = new Map<string, number>();

  const receiveAll = async (): Promise<void> => {
    for (;;) {
      const receive = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200, WaitTimeSeconds: 0 };
      const { Messages = [] } = await own.send(
        new ReceiveMessageCommand({ ...receive, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
      );
      for (const message of Messages) {
        const dueMs = Number(message.MessageAttributes?.[notBefore]?.StringValue ?? 0);
        held.set(message.MessageId!, { message, dueMs, receives: 0 });
      }
      if (Messages.length === 0) return;
    }
  };

  const drop = async ({ MessageId, ReceiptHandle }: Message): Promise<void> => {
    held.delete(MessageId!);
    await own.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  };

  const processJob: VirtualQueue['processJob'] = async (worker) => {
    await receiveAll();
    const due = [...held.values()].filter(({ dueMs }) => dueMs <= nowMs());
    for (const job of due) {
      job.receives += 1;
      const outcome = await worker({ Records: [recordOf(job)] }, {
        awsRequestId: 'r',
        getRemainingTimeInMillis: () => 60_000,
      } as Context);
      if (outcome !== 'killed' && outcome.batchItemFailures.length === 0) await drop(job.message);
      else if (job.receives >= maxReceives) {
        deadLetters.push(job.message);
        await drop(job.message);
      } else job.dueMs = postponed.get(job.message.ReceiptHandle!) ?? nowMs() + 270_000;
    }
    return due.length;
  };

  return {
    url,
    client: virtualClient(config, nowMs, postponed),
    deadLetters,
    processJob,
    pending: async () => {
      await receiveAll();
      return held.size;
    },
    jobs: async () => {
      await receiveAll();
      return [...held.values()].map(({ message }) => JSON.parse(message.Body!) as unknown);
    },
    nextDueMs: async () => {
      await receiveAll();
      return held.size === 0 ? undefined : Math.min(...[...held.values()].map(({ dueMs }) => dueMs));
    },
    clear: async () => {
      await own.send(new PurgeQueueCommand({ QueueUrl: url }));
      held.clear();
      postponed.clear();
      deadLetters.length = 0;
    },
    destroy: () => own.destroy(),
  };
};

/** Turns delays of the wire into times of the test's clock. */
const virtualClient = (config: SQSClientConfig, nowMs: () => number, postponed: Map<string, number>): SQSClient => {
  const client = new SQSClient(config);
  client.middlewareStack.add(
    (next, context) => (args) => {
      const input = args.input as Record<string, unknown>;
      const undelayed = (message: Record<string, unknown>): Record<string, unknown> => {
        const dueMs = nowMs() + Number(message['DelaySeconds'] ?? 0) * 1000;
        const number = (of: number) => ({ DataType: 'Number', StringValue: String(of) });
        const given = message['MessageAttributes'] as Message['MessageAttributes'];
        const MessageAttributes = { ...given, [notBefore]: number(dueMs), [sentAt]: number(nowMs()) };
        return { ...message, DelaySeconds: 0, MessageAttributes };
      };
      const given = (changed: Record<string, unknown>) => ({ ...args, input: changed as unknown as typeof args.input });
      if (context.commandName === 'SendMessageCommand') return next(given(undelayed(input)));
      if (context.commandName === 'SendMessageBatchCommand') {
        const entries = input['Entries'] as Record<string, unknown>[];
        return next(given({ ...input, Entries: entries.map(undelayed) }));
      }
      if (context.commandName === 'ChangeMessageVisibilityCommand')
        postponed.set(String(input['ReceiptHandle']), nowMs() + Number(input['VisibilityTimeout']) * 1000);
      return next(given({ ...input, VisibilityTimeout: 43_200 }));
    },
    { step: 'initialize', name: 'virtual-delays', priority: 'high' },
  );
  return client;
};

const recordOf = ({ message, receives }: Held): SQSRecord => ({
  messageId: message.MessageId!,
  receiptHandle: message.ReceiptHandle!,
  body: message.Body!,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: message.MessageAttributes?.[sentAt]?.StringValue ?? '',
    SenderId: 'x',
    ApproximateFirstReceiveTimestamp: '1',
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [
      name,
      { stringValue: StringValue, dataType: 'Number' },
    ]),
  ),
  md5OfBody: message.MD5OfBody!,
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:jobs',
  awsRegion: 'eu-central-1',
});
