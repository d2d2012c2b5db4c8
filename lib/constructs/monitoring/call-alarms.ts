import { Duration } from 'aws-cdk-lib';
import type { FunctionFolder } from '../../function-environments';
import type { AlarmPlan } from './impact-alarm';
import { fifteenMinutes, fiveMinutes, highestOf, type OwnMetric, sumOf, total } from './metrics';

/** The services that clone. */
const cloningServices: readonly FunctionFolder[] = ['precall', 'clone-worker'];

/** The services whose work needs our key. The set-up check is not among them: it reports refusals to its operator. */
const callingServices: readonly FunctionFolder[] = [...cloningServices, 'threecx', 'voice-deletion', 'reconcile'];

const failures = (code: string): OwnMetric[] =>
  cloningServices.map((service) => ({ service, name: 'VoiceClonesFailed', dimension: ['Code', code] }));

/** Clones that fail, by the code of ElevenLabs. */
const cloneAlarms: readonly AlarmPlan[] = [
  {
    name: 'VoiceClonesFailing',
    metric: total(
      'clones that failed',
      cloningServices.map((service) => ({ service, name: 'VoiceCloneFailures' })),
      fifteenMinutes,
    ),
    threshold: 5,
    impact: 'Callers are answered without their own voice.',
    missingData: 'ok',
  },
  {
    name: 'VoiceSlotsUsedUp',
    metric: total('clones refused because no slot is free', failures('voice_limit_reached'), fifteenMinutes),
    threshold: 1,
    impact: 'The plan has no voice slot left: no caller gets a voice until one is free.',
    missingData: 'ok',
  },
  {
    name: 'VoiceEditsUsedUp',
    metric: total('clones refused by the monthly quota', failures('voice_add_edit_limit_reached'), fifteenMinutes),
    threshold: 1,
    impact: 'The voice changes of the month are used up: no caller gets a new voice until the next cycle.',
    missingData: 'ok',
  },
  {
    name: 'ElevenLabsAccessDenied',
    metric: total(
      'calls refused for our key',
      callingServices.map((service) => ({ service, name: 'ElevenLabsAccessDenied' })),
      fiveMinutes,
    ),
    threshold: 1,
    impact: 'ElevenLabs refuses the key of this installation: nothing works that needs it.',
    missingData: 'ok',
  },
];

const agentCalls = (service: FunctionFolder, outcomes: readonly string[]): OwnMetric[] =>
  outcomes.map((outcome) => ({ service, name: 'AgentCalls', dimension: ['Outcome', outcome] }));

/** Calls that begin or end badly for a person. */
const personAlarms: readonly AlarmPlan[] = [
  {
    name: 'InitiationFaults',
    metric: sumOf(
      { service: 'initiation', name: 'InitiationsAnswered', dimension: ['Outcome', 'fault'] },
      fifteenMinutes,
    ),
    threshold: 3,
    impact: 'Known callers are answered like strangers: the ledger or a secret that initiation needs is down or slow.',
    missingData: 'ok',
  },
  {
    name: 'AgentsNotRestored',
    metric: sumOf({ service: 'voice-deletion', name: 'AgentRestoresFailed' }, fifteenMinutes),
    threshold: 3,
    impact: 'An agent speaks with the voice of a caller whose call is over.',
    missingData: 'ok',
  },
  {
    name: 'AgentsRestoredLate',
    metric: highestOf({ service: 'voice-deletion', name: 'EndToRestored' }, fifteenMinutes),
    threshold: Duration.minutes(1).toMilliseconds(),
    impact: 'For more than a minute after a call, others heard the voice and the name of its caller.',
    missingData: 'ok',
  },
  {
    name: 'AgentVoicesReplaced',
    metric: sumOf({ service: 'voice-deletion', name: 'AgentVoicesReplaced' }, fifteenMinutes),
    threshold: 1,
    impact: 'ElevenLabs refuses the own voice of an agent: callers hear a stand-in until a person sets another voice.',
    missingData: 'ok',
  },
  {
    name: 'AgentCallsLost',
    metric: total(
      'agent calls that were refused, lost or too late',
      // The webhook itself calls a caller whose voice exists already.
      [
        ...agentCalls('threecx', ['failed', 'unknown']),
        ...agentCalls('clone-worker', ['failed', 'unknown', 'expired']),
      ],
      fifteenMinutes,
    ),
    threshold: 1,
    impact: 'A caller of 3CX was not called by the agent, or nobody knows whether they were.',
    missingData: 'ok',
  },
  {
    name: 'CallsNotStarted',
    metric: total(
      'calls that could not be initiated',
      ['no-answer', 'unknown', 'other'].map((reason) => ({
        service: 'postcall',
        name: 'CallInitiationFailures',
        dimension: ['Reason', reason] as const,
      })),
      fifteenMinutes,
    ),
    threshold: 5,
    impact: 'ElevenLabs cannot reach people: a trunk or a number is down.',
    missingData: 'ok',
  },
];

/** Long silence where calls are expected. */
const silence = (quietHours: number): AlarmPlan => ({
  name: 'NoWebhooks',
  metric: sumOf(
    { service: 'postcall-intake', name: 'WebhooksAnswered', dimension: ['Status', '200'] },
    Duration.hours(1),
  ),
  threshold: 1,
  isFloor: true,
  periods: quietHours,
  impact: 'No end of a call was received for hours: ElevenLabs may have disabled the webhook.',
  missingData: 'alarm',
});

/**
 * The alarms on calls as a whole, from what the functions count. `quietHours` is how long no end of a call is normal;
 * 0: always.
 */
export const callAlarms = (quietHours: number): AlarmPlan[] => [
  ...cloneAlarms,
  ...personAlarms,
  ...(quietHours === 0 ? [] : [silence(quietHours)]),
];
