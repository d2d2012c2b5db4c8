import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** How jobs of a queue are treated. */
export interface WorkQueueProps {
  /** The worker's own timeout; the queue's visibility timeout is six times that, as AWS advises. */
  readonly workerTimeout: Duration;
  /** Attempts before a job is parked. @default 12 */
  readonly maxReceiveCount?: number;
}

/** A queue that never loses a job quietly: what keeps failing is parked for 14 days, to be looked at and redriven. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout, maxReceiveCount = 12 }: WorkQueueProps) {
    super(scope, id);
    const kept = { retentionPeriod: Duration.days(14), encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', kept);
    this.queue = new Queue(this, 'Queue', {
      ...kept,
      visibilityTimeout: Duration.seconds(6 * workerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
  }
}
