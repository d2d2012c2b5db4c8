import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { WorkQueue } from '../work-queue';
import type { AlarmPlan } from './alarm-plan';
import { fiveMinutes, highestOf } from './own-metrics';

/** What waits in a queue, who works it off, and how long it may wait. */
interface Patience {
  readonly hurts: string;
  /** The service of its worker. */
  readonly worker: string;
  readonly oldest: Duration;
}

/** By the queue's name. A queue without an entry stops the synth. */
const patience: Readonly<Record<string, Patience>> = {
  VoiceDeletions: {
    hurts: 'Agents may still have the voice of a caller, and voices of callers are not deleted.',
    worker: 'voice-deletion',
    oldest: Duration.hours(6),
  },
  // A recording that ElevenLabs has not written yet is waited for.
  PostCalls: {
    hurts: 'Calls are not finished: transcripts and ends of voices wait.',
    worker: 'postcall',
    oldest: Duration.hours(8),
  },
  Clones: {
    hurts: 'Callers wait for their voice, or for the agent to call.',
    worker: 'clone-worker',
    oldest: Duration.minutes(30),
  },
  // One that waits for voices to be deleted is parked after seven hours.
  Erasures: {
    hurts: 'Erasures that were promised are not carried out.',
    worker: 'erasure',
    oldest: Duration.hours(6),
  },
};

/** A job comes back after two hours at the latest, and says then how old it is. */
const comesBackWithin = Duration.hours(3);

/** Parked jobs, and jobs that wait for too long. Throws where nobody has said who is hurt. */
export const workQueueAlarms = (name: string, { queue, deadLetters }: WorkQueue): AlarmPlan[] => {
  const known = patience[name];
  if (known === undefined) throw new Error(`${name}: say who is hurt while it waits, in queue-alarms.ts.`);
  return [
    parked(`${name}DeadLetters`, deadLetters, known.hurts),
    // SQS leaves a job out of its own metric once it was received three times: that one is for a worker that does not run at all.
    {
      name: `${name}JobAge`,
      section: 'QueueAge',
      metric: highestOf({ service: known.worker, name: 'JobAge' }, comesBackWithin),
      threshold: known.oldest.toMilliseconds(),
      hurts: known.hurts,
      noData: 'fine',
    },
    {
      name: `${name}Age`,
      section: 'QueueAge',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: 'Maximum' }),
      threshold: known.oldest.toSeconds(),
      hurts: known.hurts,
      noData: 'fine',
    },
  ];
};

/** A queue that should be empty. */
export const parked = (name: string, queue: Queue, hurts: string): AlarmPlan => ({
  name,
  metric: queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: 'Maximum' }),
  threshold: 1,
  hurts,
  noData: 'fine',
});
