import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** SQS hides a message for at most twelve hours from its receipt on; some of them have passed. */
const maxHiddenS = 11 * 3600;

/** Shows a message of this queue again after so many seconds, in place of the queue's own visibility timeout. */
export const postponeOn =
  (sqs: SQSClient, queueUrl: string) =>
  async (receiptHandle: string, afterS: number): Promise<void> => {
    const VisibilityTimeout = Math.min(maxHiddenS, Math.max(0, Math.ceil(afterS)));
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
    );
  };
