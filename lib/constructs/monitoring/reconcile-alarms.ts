import type { Duration } from 'aws-cdk-lib';
import type { Settings } from '../../settings';
import type { AlarmPlan } from './alarm-plan';
import { highestOf, type OwnMetric, reconcilePeriod, sumOf, total } from './own-metrics';

const counted = (name: string, reason?: string): OwnMetric => ({
  service: 'reconcile',
  name,
  ...(reason !== undefined && { dimension: ['Reason', reason] }),
});

const reasons = ['claim_stuck', 'voice_expired', 'voice_orphaned', 'agent_not_restored', 'conversation_ended'];

/** What the plan has left. */
const accountAlarms = (period: Duration): AlarmPlan[] => [
  {
    name: 'VoiceSlotsNearlyUsedUp',
    metric: highestOf(counted('VoiceSlotsUsedPercent'), period),
    threshold: 80,
    hurts: 'Soon no caller gets a voice: the voice slots of the plan are nearly used up.',
    noData: 'fine',
  },
  {
    name: 'VoiceEditsNearlyUsedUp',
    metric: highestOf(counted('VoiceEditsUsedPercent'), period),
    threshold: 80,
    hurts: 'Soon no caller gets a new voice: the voice changes of the month are nearly used up.',
    noData: 'fine',
  },
];

/** What fell through. */
const findingAlarms = (period: Duration): AlarmPlan[] => [
  {
    name: 'ReconcileFindings',
    metric: total(
      'things that fell through, most of a run',
      reasons.map((reason) => counted('ReconcileFindings', reason)),
      period,
      // Each run counts again what is still there.
      highestOf,
    ),
    threshold: 10,
    hurts: 'More falls through than should: voices or agents were left behind, and only reconcile found them.',
    noData: 'fine',
  },
  {
    name: 'MissedCalls',
    metric: sumOf(counted('ReconcileFindings', 'missed_call'), period),
    threshold: 3,
    hurts: 'Ends of calls do not reach the webhook; they are fetched, but late, and failures and audio are lost.',
    noData: 'fine',
  },
];

/** What reconcile saw of the account and of what fell through, from one of its runs to the next. */
export const reconcileAlarms = (settings: Settings): AlarmPlan[] => {
  const period = reconcilePeriod(settings);
  return [...accountAlarms(period), ...findingAlarms(period)];
};
