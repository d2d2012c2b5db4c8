import type { SetupTerms } from '../../lambdas/setup/agent-findings';
import type { AgentDetails, PostCallSettings, WorkspaceView, WorkspaceWebhook } from '../../lambdas/setup/details';
import type { Finding } from '../../lambdas/setup/finding';

/** An agent with which nothing is amiss. */
export const goodAgent: AgentDetails = {
  overrides: { voice: true, first_message: true, max_duration: true },
  asksInitiation: true,
  initiationWebhook: undefined,
  postCall: undefined,
  language: 'nl',
  firstMessage: 'Hallo, met de AI-assistent.',
  languagePresets: [{ name: 'de', hasVoice: false, hasFirstMessage: false }],
  workflowNodes: [{ name: 'start', hasVoice: false, hasFirstMessage: true }],
  isTextOnly: false,
  isArchived: false,
  model: undefined,
  otherVoices: [],
  transfersWithoutVoice: [],
  keepsNothing: false,
  recordsNoAudio: false,
  concurrencyLimit: undefined,
  blocksClonedVoices: false,
  maxDurationS: 3600,
  numbers: [],
  variables: ['company', 'system__caller_id'],
};

/** A webhook with which nothing is amiss. */
export const goodWebhook: WorkspaceWebhook = {
  webhookId: 'webhook_1',
  url: 'https://abc.execute-api.eu-central-1.amazonaws.com/v1/webhook/postcall',
  isDisabled: false,
  isAutoDisabled: false,
  repeats: true,
  lastFailureStatus: undefined,
  lastFailureAtS: undefined,
};

/** Its use, with which nothing is amiss. */
export const goodPostCall: PostCallSettings = {
  webhookId: 'webhook_1',
  events: ['transcript', 'call_initiation_failure', 'answering_machine_detection'],
  transcriptFormat: 'json',
  excludesTranscript: false,
  sendsAudio: false,
};

/** An initiation webhook with which nothing is amiss. */
export const goodInitiation = {
  url: 'https://abc.execute-api.eu-central-1.amazonaws.com/v1/webhook/initiation/',
  headerNames: ['x-precall-secret'],
};

/** A workspace with which nothing is amiss. */
export const goodWorkspace: WorkspaceView = {
  settings: { shown: { initiationWebhook: goodInitiation, postCall: goodPostCall } },
  webhooks: { shown: [{ ...goodWebhook, webhookId: 'webhook_0', isDisabled: true }, goodWebhook] },
};

/** A plan with room. */
export const goodPlan = { slotsUsed: 7, slotLimit: 30, addEdits: 75, addEditLimit: 95, canClone: true };

/** An installation whose agents are given the variable `company`. */
export const terms: SetupTerms = {
  activation: 'patch',
  threeCxAgentId: '',
  longestCallMinutes: 60,
  variables: ['company'],
  greetings: { firstMessage: '{own}' },
};

/** What is not all right, as level and subject. */
export const amiss = (findings: readonly Finding[]): string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, about }) => `${level} ${about}`);
