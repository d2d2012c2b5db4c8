import { Duration } from 'aws-cdk-lib';
import type { FunctionFolder } from '../../function-environments';
import type { AlarmPlan } from './impact-alarm';
import type { sumOf } from './metrics';
import { fifteenMinutes, fiveMinutes, highestOf, type OwnMetric, total } from './metrics';

/** An alarm on metrics of several services. */
interface CallAlarm extends Omit<AlarmPlan, 'metric'> {
  /** What the sum of several metrics represents. @default the alarm's name */
  readonly label?: string;
  readonly metrics: readonly OwnMetric[];
  readonly period: Duration;
  /** How each metric is read. @default its sum */
  readonly of?: typeof sumOf;
}

/** The services that create clones. */
const cloningServices: readonly FunctionFolder[] = ['precall', 'clone-worker'];

/**
 * The services whose work needs the API key. The set-up check is excluded, because it reports rejections to its
 * operator.
 */
const callingServices: readonly FunctionFolder[] = [...cloningServices, 'threecx', 'voice-deletion', 'reconcile'];

const failures = (code: string): OwnMetric[] =>
  cloningServices.map((service) => ({ service, name: 'VoiceClonesFailed', dimension: ['Code', code] }));

/** Alarms on failed clones, by ElevenLabs' error code. */
const cloneAlarms: readonly CallAlarm[] = [
  {
    name: 'VoiceClonesFailing',
    label: 'clones that failed',
    metrics: cloningServices.map((service) => ({ service, name: 'VoiceCloneFailures' })),
    period: fifteenMinutes,
    threshold: 5,
    impact: 'Callers are answered without their own voice.',
    missingData: 'ok',
  },
  {
    name: 'VoiceSlotsUsedUp',
    label: 'clones refused because no slot is free',
    metrics: failures('voice_limit_reached'),
    period: fifteenMinutes,
    threshold: 1,
    impact: 'The plan has no voice slot left: no caller gets a voice until one is free.',
    missingData: 'ok',
  },
  {
    name: 'VoiceEditsUsedUp',
    label: 'clones refused by the monthly quota',
    metrics: failures('voice_add_edit_limit_reached'),
    period: fifteenMinutes,
    threshold: 1,
    impact: 'The voice changes of the month are used up: no caller gets a new voice until the next cycle.',
    missingData: 'ok',
  },
  {
    name: 'ElevenLabsAccessDenied',
    label: 'calls refused for our key',
    metrics: callingServices.map((service) => ({ service, name: 'ElevenLabsAccessDenied' })),
    period: fiveMinutes,
    threshold: 1,
    impact: 'ElevenLabs refuses the key of this installation: nothing works that needs it.',
    missingData: 'ok',
  },
];

const agentCalls = (service: FunctionFolder, outcomes: readonly string[]): OwnMetric[] =>
  outcomes.map((outcome) => ({ service, name: 'AgentCalls', dimension: ['Outcome', outcome] }));

/** Alarms on calls that begin or end badly for a person. */
const personAlarms: readonly CallAlarm[] = [
  {
    name: 'InitiationFaults',
    metrics: [{ service: 'initiation', name: 'InitiationsAnswered', dimension: ['Outcome', 'fault'] }],
    period: fifteenMinutes,
    threshold: 3,
    impact: 'Known callers are answered like strangers: the ledger or a secret that initiation needs is down or slow.',
    missingData: 'ok',
  },
  {
    name: 'OthersVoicesHeard',
    label: 'calls that may have had the voice of another caller',
    metrics: (['precall', 'initiation'] as const).map((service) => ({ service, name: 'CallsWithOthersVoice' })),
    period: fifteenMinutes,
    threshold: 1,
    impact:
      'Callers overlapped on an agent that can only be PATCHed: one may have heard the voice and name of another.',
    missingData: 'ok',
  },
  {
    name: 'AgentsNotRestored',
    metrics: [{ service: 'voice-deletion', name: 'AgentRestoresFailed' }],
    period: fifteenMinutes,
    threshold: 3,
    impact: 'An agent speaks with the voice of a caller whose call is over.',
    missingData: 'ok',
  },
  {
    name: 'AgentsRestoredLate',
    metrics: [{ service: 'voice-deletion', name: 'EndToRestored' }],
    period: fifteenMinutes,
    of: highestOf,
    threshold: Duration.minutes(1).toMilliseconds(),
    impact: 'For more than a minute after a call, others heard the voice and the name of its caller.',
    missingData: 'ok',
  },
  {
    name: 'AgentVoicesReplaced',
    metrics: [{ service: 'voice-deletion', name: 'AgentVoicesReplaced' }],
    period: fifteenMinutes,
    threshold: 1,
    impact: 'ElevenLabs refuses the own voice of an agent: callers hear a stand-in until a person sets another voice.',
    missingData: 'ok',
  },
  {
    name: 'AgentCallsLost',
    label: 'agent calls that were refused, lost or too late',
    // The webhook itself calls a caller whose voice already exists.
    metrics: [
      ...agentCalls('threecx', ['failed', 'unknown']),
      ...agentCalls('clone-worker', ['failed', 'unknown', 'expired']),
    ],
    period: fifteenMinutes,
    threshold: 1,
    impact: 'A caller of 3CX was not called by the agent, or nobody knows whether they were.',
    missingData: 'ok',
  },
  {
    name: 'CallsNotStarted',
    label: 'calls that could not be initiated',
    metrics: ['no-answer', 'unknown', 'other'].map((reason) => ({
      service: 'postcall',
      name: 'CallInitiationFailures',
      dimension: ['Reason', reason] as const,
    })),
    period: fifteenMinutes,
    threshold: 5,
    impact: 'ElevenLabs cannot reach people: a trunk or a number is down.',
    missingData: 'ok',
  },
];

/** Returns the alarm on a long silence where calls are expected. */
const silence = (quietHours: number): CallAlarm => ({
  name: 'NoWebhooks',
  metrics: [{ service: 'postcall-intake', name: 'WebhooksAnswered', dimension: ['Status', '200'] }],
  period: Duration.hours(1),
  threshold: 1,
  isFloor: true,
  periods: quietHours,
  impact: 'No end of a call was received for hours: ElevenLabs may have disabled the webhook.',
  missingData: 'alarm',
});

/**
 * Returns the alarms on calls as a whole, from the metrics of the deployed services. `quietHours` is how long a period
 * without an ended call is normal; 0 means always.
 */
export const callAlarms = (quietHours: number, isDeployed: (metric: OwnMetric) => boolean): AlarmPlan[] =>
  [...cloneAlarms, ...personAlarms, ...(quietHours === 0 ? [] : [silence(quietHours)])].flatMap(
    ({ label, metrics, period, of, ...alarm }) => {
      const counted = metrics.filter(isDeployed);
      return counted.length === 0 ? [] : [{ ...alarm, metric: total(label ?? alarm.name, counted, period, of) }];
    },
  );
