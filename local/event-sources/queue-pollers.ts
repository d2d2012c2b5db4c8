import { SQSClient, type Message } from '@aws-sdk/client-sqs';
import type { Functions } from '../lambda/functions';
import type { QueueSource } from '../stack/deployed-stack';
import { failedItems } from './batch-item-failures';
import { emulatorClient } from './emulator-client';
import { deleteMessages, receiveBatch } from './message-batch';
import { pause } from './pause';
import { sqsEvent } from './sqs-event';

/** Options of the pollers. */
interface QueuePollersOptions {
  readonly queueSources: readonly QueueSource[];
  readonly functions: Pick<Functions, 'invoke'>;
  readonly awsUrl: string;
  readonly region: string;
  /** Receives a sentence about each error of the emulator; the poller continues. */
  readonly onProblem?: (problem: string) => void;
}

/** Running pollers. */
export interface QueuePollers {
  /** Stops receiving at once, and waits for the batches in progress. */
  readonly close: () => Promise<void>;
}

/** Lambda starts with this many batches in parallel. Here, it is the maximum unless the template sets one. */
const DEFAULT_CONCURRENCY = 5;
const PROBLEM_PAUSE_MS = 1000;
/**
 * The pause between attempts of a throttled batch, in milliseconds, and the number of attempts. After that, the batch
 * waits for its visibility timeout.
 */
const THROTTLED_PAUSE_MS = 500;
const THROTTLED_ATTEMPTS = 60;

interface Poller {
  readonly options: QueuePollersOptions;
  readonly source: QueueSource;
  readonly sqs: SQSClient;
  readonly signal: AbortSignal;
}

const idOf = ({ MessageId }: Message): string => MessageId ?? '';

/** Invokes the function with a batch and returns the processed messages. Failed messages are left unchanged. */
const processBatch = async (poller: Poller, messages: readonly Message[], attempt = 1): Promise<readonly Message[]> => {
  const { options, source, signal } = poller;
  const result = await options.functions.invoke(source.functionId, sqsEvent(messages, source));
  switch (result.status) {
    case 'ok': {
      if (!source.reportsItemFailures) return messages;
      const failed = failedItems(result.payload, messages.map(idOf));
      return messages.filter((message) => !failed.has(idOf(message)));
    }
    case 'throttled':
      if (attempt >= THROTTLED_ATTEMPTS || signal.aborted) return [];
      await pause(THROTTLED_PAUSE_MS, signal);
      return processBatch(poller, messages, attempt + 1);
    case 'too_large': {
      if (messages.length === 1) return [];
      const middle = Math.ceil(messages.length / 2);
      const first = await processBatch(poller, messages.slice(0, middle));
      return [...first, ...(await processBatch(poller, messages.slice(middle)))];
    }
    case 'error':
      return [];
  }
};

const handleBatch = async (poller: Poller, messages: readonly Message[]): Promise<void> => {
  const { options, source, sqs } = poller;
  try {
    await deleteMessages(sqs, source.queueUrl, await processBatch(poller, messages));
  } catch (error) {
    options.onProblem?.(`A batch of ${source.queueUrl} was not completed: ${String(error)}`);
  }
};

/** Receives only while another batch may run, so that at most `maxConcurrency` run in parallel. */
const poll = async (poller: Poller): Promise<void> => {
  const { options, source, sqs, signal } = poller;
  const running = new Set<Promise<void>>();
  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    try {
      const messages = await receiveBatch(sqs, source, signal);
      if (messages.length === 0) continue;
      const batch = handleBatch(poller, messages).finally(() => running.delete(batch));
      running.add(batch);
      if (running.size >= (source.maxConcurrency ?? DEFAULT_CONCURRENCY)) await Promise.race(running);
    } catch (error) {
      if (isStopped()) break;
      options.onProblem?.(`Cannot receive from ${source.queueUrl}: ${String(error)}`);
      await pause(PROBLEM_PAUSE_MS, signal);
    }
  }
  await Promise.all(running);
};

/**
 * Runs the event source mappings of queues. Deletes messages when their function succeeds; otherwise, they reappear
 * after the queue's visibility timeout. Nothing else changes their visibility.
 */
export const startQueuePollers = (options: QueuePollersOptions): QueuePollers => {
  const stop = new AbortController();
  const sqs = new SQSClient({ ...emulatorClient(options.awsUrl, options.region), useQueueUrlAsEndpoint: false });
  const pollers = options.queueSources.map((source) => poll({ options, source, sqs, signal: stop.signal }));
  return {
    close: async () => {
      stop.abort();
      await Promise.all(pollers);
      sqs.destroy();
    },
  };
};
