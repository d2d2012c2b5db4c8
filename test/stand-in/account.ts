import { randomUUID } from 'node:crypto';

/** A voice of the account. `files` are the samples as they were sent. */
export interface AccountVoice {
  voiceId: string;
  name: string;
  description: string | null;
  labels: Record<string, string>;
  category: 'cloned' | 'generated' | 'professional' | 'premade';
  /** Old voices have none. */
  createdAtUnix: number | null;
  files: readonly { filename: string; contentType: string; bytes: Buffer }[];
}

/** An agent of the account; a test that changes it here plays a person at the dashboard. */
export interface AccountAgent {
  agentId: string;
  name: string;
  voiceId: string;
  firstMessage: string;
  /** Counts the versions, 1 at first; every PATCH makes one more. */
  version: number;
  /** What a single call may have instead of the agent's own, and whether the initiation webhook is asked. All off by default. */
  allows: { voiceId: boolean; firstMessage: boolean; maxDuration: boolean; initiationWebhook: boolean };
}

/** A conversation; a test adds and changes it here. */
export interface AccountConversation {
  conversationId: string;
  agentId: string;
  status: 'initiated' | 'in-progress' | 'processing' | 'done' | 'failed';
}

/** A call that was placed. */
export interface AccountCall {
  readonly transport: 'twilio' | 'sip_trunk';
  readonly agentId: string;
  readonly toNumber: string;
  readonly conversationId: string;
}

/** A webhook of the workspace. */
export interface AccountWebhook {
  webhookId: string;
  name: string;
  url: string;
  isDisabled: boolean;
  isAutoDisabled: boolean;
  /** The status that the last failure was answered with, and when, in unix seconds. */
  lastFailure: { status: number; atUnix: number } | null;
}

/** What the workspace has set for all of its agents. */
export interface AccountSettings {
  postCallWebhookId: string | null;
  events: string[];
  transcriptFormat: 'json' | 'opentelemetry' | null;
  /** Headers are plain text, or name a secret of the workspace. */
  initiationWebhook: { url: string; request_headers: Record<string, string | { secret_id: string }> } | null;
}

/** The plan: slots, and the monthly quota of adds and edits that deleting does not give back. */
export interface AccountPlan {
  voiceLimit: number;
  voiceAddEditCounter: number;
  maxVoiceAddEdits: number;
  canUseInstantVoiceCloning: boolean;
}

/** Everything that the stand-in's operations read and change. */
export interface Account {
  readonly voices: Map<string, AccountVoice>;
  readonly agents: Map<string, AccountAgent>;
  readonly conversations: Map<string, AccountConversation>;
  readonly plan: AccountPlan;
  /** In the order in which they were placed. */
  readonly calls: AccountCall[];
  readonly webhooks: AccountWebhook[];
  readonly settings: AccountSettings;
}

/** What a test states of an agent. */
export type AgentSeed = Pick<AccountAgent, 'agentId' | 'voiceId' | 'firstMessage'> & {
  readonly name?: string;
  readonly allows?: Partial<AccountAgent['allows']>;
};
/** What a test states of a voice that was there before. */
export type VoiceSeed = Pick<AccountVoice, 'voiceId' | 'name'> & Partial<AccountVoice>;

const nothingAllowed = { voiceId: false, firstMessage: false, maxDuration: false, initiationWebhook: false };

/** Makes an account with these agents and voices on a plan of 30 slots and 95 adds and edits (the Creator plan, as observed). */
export const openAccount = (agents: readonly AgentSeed[], voices: readonly VoiceSeed[]): Account => ({
  agents: new Map(
    agents.map((agent) => [
      agent.agentId,
      { name: 'Reception', version: 1, ...agent, allows: { ...nothingAllowed, ...agent.allows } },
    ]),
  ),
  voices: new Map(
    voices.map((voice) => [
      voice.voiceId,
      { description: null, labels: {}, category: 'cloned', createdAtUnix: null, files: [], ...voice },
    ]),
  ),
  conversations: new Map(),
  plan: { voiceLimit: 30, voiceAddEditCounter: 0, maxVoiceAddEdits: 95, canUseInstantVoiceCloning: true },
  calls: [],
  webhooks: [],
  settings: { postCallWebhookId: null, events: [], transcriptFormat: null, initiationWebhook: null },
});

/** Counts the voices that take a slot: all but the premade ones. */
export const slotsUsed = ({ voices }: Account): number =>
  [...voices.values()].filter(({ category }) => category !== 'premade').length;

/** A new voice id: 20 letters and digits, as ElevenLabs' are. */
export const newVoiceId = (): string => randomUUID().replaceAll('-', '').slice(0, 20);
