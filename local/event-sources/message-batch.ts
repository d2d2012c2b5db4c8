import { DeleteMessageBatchCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueSource } from '../stack/deployed-stack';

/** Maximum number of messages per SQS call, and its maximum wait in seconds. */
const MAX_PER_CALL = 10;
const MAX_WAIT_S = 20;

const receive = async (
  sqs: SQSClient,
  source: QueueSource,
  wanted: number,
  waitS: number,
  abortSignal: AbortSignal,
): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: source.queueUrl,
    MaxNumberOfMessages: Math.min(wanted, MAX_PER_CALL),
    WaitTimeSeconds: waitS,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages } = await sqs.send(command, { abortSignal });
  return Messages ?? [];
};

/**
 * Receives up to the source's batch size: one long poll and, once a message arrives, more polls until the batching
 * window ends. Returns none if no message arrives within 20 seconds. Throws when the signal fires.
 */
export const receiveBatch = async (sqs: SQSClient, source: QueueSource, signal: AbortSignal): Promise<Message[]> => {
  const batch = await receive(sqs, source, source.batchSize, MAX_WAIT_S, signal);
  const windowEndsMs = Date.now() + source.batchingWindowS * 1000;
  while (batch.length > 0 && batch.length < source.batchSize && Date.now() < windowEndsMs) {
    const waitS = Math.min(MAX_WAIT_S, Math.max(0, Math.floor((windowEndsMs - Date.now()) / 1000)));
    batch.push(...(await receive(sqs, source, source.batchSize - batch.length, waitS, signal)));
  }
  return batch;
};

/** Deletes messages, ten at a time. Throws if a message could not be deleted; it is then delivered again. */
export const deleteMessages = async (sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> => {
  for (let start = 0; start < messages.length; start += MAX_PER_CALL) {
    const entries = messages.slice(start, start + MAX_PER_CALL);
    const { Failed } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: entries.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    if (Failed !== undefined && Failed.length > 0) throw new Error(`SQS kept a message: ${Failed[0]?.Message ?? ''}`);
  }
};
