import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { BundledFunction } from '../bundled-function';
import type { AlarmPlan } from './alarm-plan';
import { fiveMinutes } from './own-metrics';
import { parked } from './queue-alarms';

const hurts = 'Voices whose time is over wait for reconcile, and keep their slots until then.';

/** The ledger's stream: how far behind it is read, and what could not be worked off. */
export const streamAlarms = (functions: readonly BundledFunction[], failures: Queue): AlarmPlan[] => [
  ...functions
    .filter(({ name }) => name === 'VoiceExpiry')
    .map(({ function: handler }) => ({
      name: 'StreamAge',
      metric: handler.metric('IteratorAge', { period: fiveMinutes, statistic: 'Maximum' }),
      threshold: Duration.hours(1).toMilliseconds(),
      hurts,
      noData: 'fine' as const,
    })),
  parked('VoiceExpiryFailures', failures, hurts),
];
