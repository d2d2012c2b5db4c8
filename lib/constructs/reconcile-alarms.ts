import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmPlan } from './monitoring/impact-alarm';
import { fiveMinutes, highestOf, type OwnMetric, sumOf, total } from './monitoring/metrics';

const counted = (name: string, reason?: string): OwnMetric => ({
  service: 'reconcile',
  name,
  ...(reason !== undefined && { dimension: ['Reason', reason] }),
});

const reasons = ['claim_stuck', 'voice_expired', 'voice_orphaned', 'agent_not_restored', 'conversation_ended'];

/** What the plan at ElevenLabs has left. */
const accountAlarms = (period: Duration): AlarmPlan[] => [
  {
    name: 'VoiceSlotsNearlyUsedUp',
    metric: highestOf(counted('VoiceSlotsUsedPercent'), period),
    threshold: 80,
    impact: 'Soon no caller gets a voice: the voice slots of the plan are nearly used up.',
    missingData: 'ok',
  },
  {
    name: 'VoiceEditsNearlyUsedUp',
    metric: highestOf(counted('VoiceEditsUsedPercent'), period),
    threshold: 80,
    impact: 'Soon no caller gets a new voice: the voice changes of the month are nearly used up.',
    missingData: 'ok',
  },
];

const findings = (period: Duration): AlarmPlan => ({
  name: 'ReconcileFindings',
  metric: total(
    'findings, most of one run',
    reasons.map((reason) => counted('ReconcileFindings', reason)),
    period,
    // Each run counts what is still there again.
    highestOf,
  ),
  threshold: 10,
  impact: 'Too many voices or agents were left behind, and only reconcile found them.',
  missingData: 'ok',
});

const missedCalls = (period: Duration): AlarmPlan => ({
  name: 'MissedCalls',
  metric: sumOf(counted('ReconcileFindings', 'missed_call'), period),
  threshold: 3,
  impact: 'Ends of calls do not reach the webhook. Reconcile fetches them, but late, and failures and audio are lost.',
  missingData: 'ok',
});

/** How often the alarm on runs looks for one. Metrics of less than an hour are looked back on for a day at most. */
const heartbeat = (minutes: number) =>
  minutes < 23 * 60
    ? { period: fiveMinutes, periods: Math.ceil(minutes / 5) + 3 }
    : { period: Duration.hours(1), periods: Math.ceil(minutes / 60) + 1 };

/**
 * The alarm on a reconcile that does not run. It goes off a quarter of an hour after a run was due, and before the
 * first run of a new installation.
 */
export const reconcileStopped = (runs: (period: Duration) => IMetric, everyMinutes: number): AlarmPlan => {
  const { period, periods } = heartbeat(everyMinutes);
  return {
    name: 'ReconcileStopped',
    metric: runs(period),
    threshold: 1,
    isFloor: true,
    periods,
    isEssential: true,
    impact:
      'Reconcile does not run: missed calls, leaked voices and agents with the voice of a caller stay as they are.',
    missingData: 'alarm',
  };
};

/**
 * The alarms on what reconcile reports of the account and of what was missed, from one run to the next.
 * `looksForCalls`: whether it looks for missed calls.
 */
export const reconcileAlarms = (period: Duration, looksForCalls: boolean): AlarmPlan[] => [
  ...accountAlarms(period),
  findings(period),
  ...(looksForCalls ? [missedCalls(period)] : []),
];
