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

/** Who is affected when messages stay in a queue. */
export interface WatchedQueueProps {
  readonly alarmTopic: ITopic;
  /** The key of its messages. @default a key of AWS */
  readonly key: IKey | undefined;
  /** Who is affected while messages stay here, and what it means for them: one sentence. */
  readonly impact: string;
}

/** How a dead-letter queue is watched. */
export interface DeadLetterQueueProps extends WatchedQueueProps {
  /** Whether nothing else takes care of what is in it. @default false */
  readonly isEssential?: boolean;
}

/** How long every queue keeps a message, how it is encrypted, and that only TLS reaches it. */
const keptWith = (key: IKey | undefined) => ({
  retentionPeriod: Duration.days(14),
  enforceSSL: true,
  ...(key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
});

/**
 * A queue that should be empty, for messages that failed for good: any message in it is an alarm. Its id is its
 * logical id.
 */
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

/** How the jobs of a queue are treated. */
export interface WorkQueueProps extends WatchedQueueProps {
  /** The worker's own timeout; the queue's visibility timeout is six times that, as AWS advises. */
  readonly workerTimeout: Duration;
  /** A job that is older than this is an alarm. */
  readonly oldestJob: Duration;
  /** Attempts before a job moves to the dead-letter queue. @default 12 */
  readonly maxReceiveCount?: number;
}

/** How often a worker that has to wait looks at its job again at the latest; each time it reports the job's age. */
const longestSilence = Duration.hours(3);

/**
 * A queue that never loses a job silently: a job that keeps failing moves to a dead-letter queue and stays there for 14
 * days, so that people can look at it and redrive it. The logical ids are `<id>Queue` and `<id>DeadLetters`.
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
    // A job that waits for its next attempt is invisible: what is visible for so long, nobody takes.
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

  /** Lets the worker read the queue, one job at a time, at most `maxConcurrency` in parallel. */
  addReader(worker: BundledFunction, maxConcurrency: number): void {
    worker.invoked.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
    // A job that must wait is sent again.
    allowSending(worker.function, this.queue);
  }

  /** Lets the worker read the queue, and watches how old the jobs are that it reports. */
  addWorker(worker: BundledFunction, maxConcurrency: number): void {
    const { alarmTopic, impact, oldestJob } = this.#props;
    this.addReader(worker, maxConcurrency);
    // SQS leaves a job out of its own metric of age after three attempts. The alarm above is for a worker that does not
    // run at all.
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
