import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Settings } from '../../settings';
import type { BundledFunction } from '../bundled-function';
import type { AlarmPlan } from './alarm-plan';
import { fiveMinutes, quarter, reconcilePeriod } from './own-metrics';

/** Who is hurt when a function fails, by its name. A function without an entry stops the synth. */
const impacts: Readonly<Record<string, string>> = {
  PreCall: 'Callers are answered without their own voice, and senders get errors.',
  Uploads: 'Senders cannot hand in large voice samples.',
  Health: 'Whoever watches /health learns nothing.',
  PostCallIntake: 'Ends of calls are not taken in; ElevenLabs retries transcripts only, for 40 minutes.',
  PostCallWorker: 'Transcripts come late, and voices of ended calls stay on their agents.',
  VoiceDeletion: 'Agents keep the voices of callers whose calls are over, and slots stay used.',
  VoiceExpiry: 'Voices whose time is over wait for reconcile.',
  Reconcile: 'What fell through is not found: missed calls, leaked voices, agents with the voice of a caller.',
  ThreeCx: 'Callers of 3CX are not called.',
  CloneWorker: 'Callers of 3CX hear the own voice of the agent, or nobody.',
  Initiation: 'Calls that start at ElevenLabs get no voice of their caller, or are dropped.',
  Enrolment: 'Callers cannot be enrolled.',
  ErasureRequest: 'Callers cannot have themselves erased, which the law gives them a right to.',
  ErasureStatus: 'Nobody can see how far an erasure is.',
  Erasure: 'Erasures that were promised are not carried out.',
  SetupCheck: 'The set-up cannot be checked; calls go on with what was seen before.',
};

/** Failures of this many percent of the runs are looked at. */
const errorPercent = 5;

/** The slowest percent may take this share of the timeout, */
const slowShare = 0.8;

/** or so long, in milliseconds, where a function stops by itself long before its timeout. */
const slowFromMs: Readonly<Record<string, number>> = { Initiation: 1_000 };

const failureRate = (handler: IFunction, period: Duration): MathExpression =>
  new MathExpression({
    label: 'failed runs, %',
    expression: 'IF(runs > 0, 100 * errors / runs, 0)',
    usingMetrics: {
      errors: handler.metricErrors({ period }),
      runs: handler.metricInvocations({ period }),
    },
    period,
  });

/** Errors, throttles and slowness of one function. Throws where nobody has said who is hurt. */
export const functionAlarms = (
  { name, folder, function: handler }: BundledFunction,
  settings: Settings,
): AlarmPlan[] => {
  const hurts = impacts[name];
  if (hurts === undefined) throw new Error(`${name}: say who is hurt when it fails, in function-alarms.ts.`);
  const timeoutMs = handler.timeout?.toMilliseconds() ?? Duration.seconds(3).toMilliseconds();
  // What runs by a schedule has something to say once in its interval only.
  const scheduled = folder === 'reconcile' ? reconcilePeriod(settings) : undefined;
  return [
    {
      name: `${name}Errors`,
      section: 'FunctionErrors',
      metric: failureRate(handler, scheduled ?? fiveMinutes),
      threshold: errorPercent,
      hurts,
      noData: 'fine',
    },
    {
      name: `${name}Throttles`,
      section: 'FunctionThrottles',
      metric: handler.metricThrottles({ period: scheduled ?? fiveMinutes }),
      threshold: 1,
      hurts: `Lambda refused to run it. ${hurts}`,
      noData: 'fine',
    },
    {
      name: `${name}Slow`,
      section: 'FunctionSlow',
      metric: handler.metricDuration({ period: scheduled ?? quarter, statistic: 'p99' }),
      threshold: slowFromMs[name] ?? slowShare * timeoutMs,
      hurts: `It takes most of the time that it has. ${hurts}`,
      noData: 'fine',
    },
  ];
};
