import type { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmPlan } from './monitoring/impact-alarm';
import { fiveMinutes, highestOf, type OwnMetric, sumOf, total } from './monitoring/metrics';

const counted = (name: string, reason?: string): OwnMetric => ({
  service: 'reconcile',
  name,
  ...(reason !== undefined && { dimension: ['Reason', reason] }),
});

const reasons = ['claim_stuck', 'voice_expired', 'voice_orphaned', 'agent_not_restored', 'conversation_ended'];

/** Returns the alarms on the remaining quota of the ElevenLabs plan. */
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
    // Each run counts again what still exists.
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

/**
 * Returns the alarm on a schedule that did not invoke reconcile for a quarter of an hour. It does so every 5 minutes.
 */
export const reconcileStopped = (invocations: (period: Duration) => IMetric): AlarmPlan => ({
  name: 'ReconcileStopped',
  metric: invocations(fiveMinutes),
  threshold: 1,
  isFloor: true,
  periods: 3,
  isEssential: true,
  impact: 'Reconcile does not run: missed calls, leaked voices and agents with the voice of a caller stay as they are.',
  missingData: 'alarm',
});

/**
 * Returns the alarms on the account and on missed work that reconcile reports, from one run to the next.
 * `looksForCalls` tells whether it searches for missed calls.
 */
export const reconcileAlarms = (period: Duration, looksForCalls: boolean): AlarmPlan[] => [
  ...accountAlarms(period),
  findings(period),
  ...(looksForCalls ? [missedCalls(period)] : []),
];
