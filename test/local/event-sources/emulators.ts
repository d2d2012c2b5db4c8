import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { startAwsEmulators } from '../../../local/aws/emulators';
import { emulatorClient } from '../../../local/event-sources/emulator-client';

/** A queue on the emulator, with the few calls that tests make. */
export interface TestQueue {
  readonly url: string;
  readonly arn: string;
  readonly send: (body: string) => Promise<void>;
  readonly receive: () => Promise<Message[]>;
  /** Messages that are waiting or under way. */
  readonly count: () => Promise<number>;
}

/** The AWS emulators, with what tests do on them. */
export interface TestEmulators {
  readonly url: string;
  readonly createQueue: (name: string, visibilityTimeoutS?: number) => Promise<TestQueue>;
  readonly close: () => Promise<void>;
}

const queueOn = (sqs: SQSClient, url: string, arn: string): TestQueue => ({
  url,
  arn,
  send: async (body) => {
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'probe' } };
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes }));
  },
  receive: async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 })))
      .Messages ?? [],
  count: async () => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    return (
      Number(Attributes?.['ApproximateNumberOfMessages']) +
      Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
    );
  },
});

/** Starts the emulators on a free port. */
export const startEmulators = async (): Promise<TestEmulators> => {
  const emulators = await startAwsEmulators();
  const sqs = new SQSClient({ ...emulatorClient(emulators.url, 'eu-central-1'), useQueueUrlAsEndpoint: false });
  return {
    url: emulators.url,
    createQueue: async (name, visibilityTimeoutS = 30) => {
      const Attributes = { VisibilityTimeout: String(visibilityTimeoutS) };
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
      const arn = `arn:aws:sqs:eu-central-1:000000000000:${name}`;
      return queueOn(sqs, `${emulators.url}${new URL(QueueUrl!).pathname}`, arn);
    },
    close: async () => {
      sqs.destroy();
      await emulators.close();
    },
  };
};
