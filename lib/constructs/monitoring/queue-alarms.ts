import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { WorkQueue } from '../work-queue';
import type { AlarmPlan } from './alarm-plan';
import { fiveMinutes } from './own-metrics';

/** What waits in a queue, and how long it may. */
interface Patience {
  readonly hurts: string;
  readonly oldest: Duration;
}

/** By the queue's name. A queue without an entry stops the synth. */
const patience: Readonly<Record<string, Patience>> = {
  VoiceDeletions: {
    hurts: 'Agents may still have a caller\u2019s voice, and voices of callers are not deleted.',
    oldest: Duration.hours(6),
  },
  // A recording that ElevenLabs has not written yet is waited for.
  PostCalls: { hurts: 'Calls are not finished: transcripts and ends of voices wait.', oldest: Duration.hours(8) },
  Clones: { hurts: 'Callers wait for their voice, or for the agent to call.', oldest: Duration.minutes(30) },
  Erasures: { hurts: 'Erasures that were promised are not carried out.', oldest: Duration.hours(24) },
};

/** Parked jobs, and jobs that wait for too long. Throws where nobody has said who is hurt. */
export const workQueueAlarms = (name: string, { queue, deadLetters }: WorkQueue): AlarmPlan[] => {
  const known = patience[name];
  if (known === undefined) throw new Error(`${name}: say who is hurt while it waits, in queue-alarms.ts.`);
  return [
    parked(`${name}DeadLetters`, deadLetters, known.hurts),
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
