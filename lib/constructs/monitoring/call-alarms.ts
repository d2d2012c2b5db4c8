import { Duration } from 'aws-cdk-lib';
import type { AlarmPlan } from './alarm-plan';
import { fiveMinutes, type OwnMetric, quarter, sumOf, total } from './own-metrics';

/** The services whose senders sign what they send, with the time at which they do. */
const signedServices = [
  'precall',
  'postcall-intake',
  'uploads',
  'threecx',
  'enrolment',
  'erasure-request',
  'erasure-status',
  'setup-check',
];

/** The initiation webhook is not signed, it has a secret header: it may be wrong, but never too old. */
const guardedServices = [...signedServices, 'initiation'];

/** The services that clone. */
const cloningServices = ['precall', 'clone-worker'];

/** The services whose work needs our key; the set-up check tells its operator itself of what it is refused. */
const callingServices = [...cloningServices, 'threecx', 'voice-deletion', 'reconcile'];

const refusals = (services: readonly string[], reason: string): OwnMetric[] =>
  services.map((service) => ({ service, name: 'RequestsRefused', dimension: ['Reason', reason] }));

/** Senders that are refused. */
const senderAlarms: readonly AlarmPlan[] = [
  {
    name: 'SignatureRefusals',
    metric: total('requests with a wrong signature or secret', refusals(guardedServices, 'signature'), fiveMinutes),
    threshold: 20,
    hurts: 'Somebody guesses, or a sender has the wrong secret: then its calls and ends of calls are lost.',
    noData: 'fine',
  },
  {
    name: 'StaleEvents',
    metric: total('correctly signed but too old', refusals(signedServices, 'expired'), quarter),
    threshold: 1,
    hurts:
      'Events reach us later than the tolerance and are refused for good: a clock is wrong, or something held them back.',
    noData: 'fine',
  },
  {
    name: 'NotConfigured',
    metric: total(
      'requests that met an empty or unreadable secret',
      refusals(guardedServices, 'not_configured'),
      fiveMinutes,
    ),
    threshold: 1,
    hurts: 'A secret is empty or cannot be read: every request of its sender is answered 503.',
    noData: 'fine',
  },
];

const failures = (code: string): OwnMetric[] =>
  cloningServices.map((service) => ({ service, name: 'VoiceClonesFailed', dimension: ['Code', code] }));

/** Clones that fail, by ElevenLabs' code. */
const cloneAlarms: readonly AlarmPlan[] = [
  {
    name: 'VoiceClonesFailing',
    metric: total(
      'clones that failed',
      cloningServices.map((service) => ({ service, name: 'VoiceCloneFailures' })),
      quarter,
    ),
    threshold: 5,
    hurts: 'Callers are answered without their own voice.',
    noData: 'fine',
  },
  {
    name: 'VoiceSlotsUsedUp',
    metric: total('clones refused for want of a slot', failures('voice_limit_reached'), quarter),
    threshold: 1,
    hurts: 'The plan has no voice slot left: no caller gets a voice until one is free.',
    noData: 'fine',
  },
  {
    name: 'VoiceEditsUsedUp',
    metric: total('clones refused by the monthly quota', failures('voice_add_edit_limit_reached'), quarter),
    threshold: 1,
    hurts: 'The voice changes of the month are used up: no caller gets a new voice until the next cycle.',
    noData: 'fine',
  },
  {
    name: 'ElevenLabsAccessDenied',
    metric: total(
      'calls refused for our key',
      callingServices.map((service) => ({ service, name: 'ElevenLabsAccessDenied' })),
      fiveMinutes,
    ),
    threshold: 1,
    hurts: 'ElevenLabs refuses the key of this installation: nothing works that needs it.',
    noData: 'fine',
  },
];

const agentCalls = (service: string, outcomes: readonly string[]): OwnMetric[] =>
  outcomes.map((outcome) => ({ service, name: 'AgentCalls', dimension: ['Outcome', outcome] }));

/** Calls that begin or end badly for a person. */
const callAlarms: readonly AlarmPlan[] = [
  {
    name: 'InitiationFaults',
    metric: sumOf({ service: 'initiation', name: 'InitiationsAnswered', dimension: ['Outcome', 'fault'] }, quarter),
    threshold: 3,
    hurts: 'Callers whom we know are answered like strangers: what their calls are looked up with is down or slow.',
    noData: 'fine',
  },
  {
    name: 'AgentsNotRestored',
    metric: sumOf({ service: 'voice-deletion', name: 'AgentRestoresFailed' }, quarter),
    threshold: 3,
    hurts: 'An agent speaks with the voice of a caller whose call is over.',
    noData: 'fine',
  },
  {
    name: 'AgentCallsLost',
    metric: total(
      'agent calls that were refused, lost or too late',
      // A caller whose voice is there is called by the webhook itself.
      [
        ...agentCalls('threecx', ['failed', 'unknown']),
        ...agentCalls('clone-worker', ['failed', 'unknown', 'expired']),
      ],
      quarter,
    ),
    threshold: 1,
    hurts: 'A caller of 3CX was not called by the agent, or nobody knows.',
    noData: 'fine',
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
      quarter,
    ),
    threshold: 5,
    hurts: 'ElevenLabs cannot reach people: a trunk or a number is down.',
    noData: 'fine',
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
  hurts: 'No end of a call was taken in for hours: ElevenLabs may have switched the webhook off.',
  noData: 'bad',
});

/** All that the functions' own metrics are watched for; `quietHours` 0 means that long silence is fine. */
export const ownAlarms = (quietHours: number): AlarmPlan[] => [
  ...senderAlarms,
  ...cloneAlarms,
  ...callAlarms,
  ...(quietHours === 0 ? [] : [silence(quietHours)]),
];
