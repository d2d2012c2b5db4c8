import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ImpactAlarm } from '../monitoring/impact-alarm';
import { fiveMinutes, highestOf } from '../monitoring/metrics';
import type { BundledFunction } from './bundled-function';
import { allowSending } from './grants';
import { setLogicalId } from './logical-id';

/** The monitoring of a queue. */
export interface WatchedQueueProps {
  readonly alarmTopic: ITopic;
  /** The key that encrypts the queue's messages. @default a key of AWS */
  readonly key: IKey | undefined;
  /** Who is affected while messages stay in the queue, and how, in one sentence. */
  readonly impact: string;
}

/** The monitoring of a dead-letter queue. */
export interface DeadLetterQueueProps extends WatchedQueueProps {
  /** Whether nothing else handles its messages. @default false */
  readonly isEssential?: boolean;
}

/** Returns every queue's retention period and encryption, and enforces TLS. */
const keptWith = (key: IKey | undefined) => ({
  retentionPeriod: Duration.days(14),
  enforceSSL: true,
  ...(key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
});

/** A queue for messages that failed permanently. Any message in it raises an alarm. Its id is its logical id. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { alarmTopic, key, impact, isEssential = false }: DeadLetterQueueProps) {
    super(scope, id, keptWith(key));
    setLogicalId(this, id);
    new ImpactAlarm(this, id, {
      alarmTopic,
      metric: this.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: 'Maximum' }),
      threshold: 1,
      isEssential,
      impact,
      missingData: 'ok',
    });
  }
}

/** How a queue's jobs are processed. */
export interface WorkQueueProps extends WatchedQueueProps {
  /** The worker's timeout. The queue's visibility timeout is six times that, as AWS recommends. */
  readonly workerTimeout: Duration;
  /** A job older than this raises an alarm. */
  readonly oldestJob: Duration;
  /** Attempts before a job moves to the dead-letter queue. @default 12 */
  readonly maxReceiveCount?: number;
}

/** Maximum time between two attempts of a waiting job. Each attempt reports the job's age. */
const longestSilence = Duration.hours(3);

/**
 * A queue that never loses a job silently. A job that keeps failing moves to a dead-letter queue for 14 days, where
 * people can inspect and redrive it. The logical ids are `<id>Queue` and `<id>DeadLetters`.
 */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #props: WorkQueueProps;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.#props = props;
    const { alarmTopic, key, impact, workerTimeout, maxReceiveCount = 12 } = props;
    this.deadLetters = new DeadLetterQueue(this, `${id}DeadLetters`, {
      alarmTopic,
      key,
      impact,
      isEssential: true,
    });
    this.queue = new Queue(this, 'Queue', {
      ...keptWith(key),
      visibilityTimeout: Duration.seconds(6 * workerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    setLogicalId(this.queue, `${id}Queue`);
    // A job that waits for its next attempt is invisible, so a job that stays visible this long has no worker.
    new ImpactAlarm(this, `${id}Stopped`, {
      alarmTopic,
      section: 'QueueStopped',
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: 'Minimum' }),
      threshold: 1,
      periods: 3,
      isEssential: true,
      impact,
      missingData: 'ok',
    });
  }

  /** Lets the worker read the queue, one job at a time, with at most `maxConcurrency` jobs in parallel. */
  addReader(worker: BundledFunction, maxConcurrency: number): void {
    worker.invoked.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
    // A job that must wait is sent again as a new message.
    allowSending(worker.function, this.queue);
  }

  /** Lets the worker read the queue, and monitors the age of the jobs that it reports. */
  addWorker(worker: BundledFunction, maxConcurrency: number): void {
    const { alarmTopic, impact, oldestJob } = this.#props;
    this.addReader(worker, maxConcurrency);
    // SQS's age metric omits a job after three attempts. The alarm above detects a worker that does not run at all.
    new ImpactAlarm(this, `${this.node.id}JobAge`, {
      alarmTopic,
      section: 'QueueAge',
      metric: highestOf({ service: worker.folder, name: 'JobAge' }, longestSilence),
      threshold: oldestJob.toMilliseconds(),
      impact,
      missingData: 'ok',
    });
  }
}
