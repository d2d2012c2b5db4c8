import type { AgentFacts, BlockerCode } from '../voices/agent-branches';
import type { AgentSetup } from './agent-setup';

/** A webhook that ElevenLabs calls before a call. */
export interface InitiationWebhook {
  readonly url: string;
  /** Names of the headers that have a value. */
  readonly headerNames: readonly string[];
}

/** The post-call webhook, and the events that ElevenLabs sends to it. */
export interface PostCallSettings {
  readonly webhookId: string;
  /** Undefined if ElevenLabs does not show it. */
  readonly events: readonly string[] | undefined;
  readonly transcriptFormat: string | undefined;
  readonly excludesTranscript: boolean;
  /** The older switch for the `audio` event. */
  readonly sendsAudio: boolean;
}

/** A language or a workflow node that may replace the agent's voice or first message. */
export interface Shadow {
  readonly name: string;
  readonly hasVoice: boolean;
  readonly hasFirstMessage: boolean;
}

/** A branch that serves an agent's calls. */
export interface BranchDetails {
  /** Undefined if ElevenLabs shows no branches. */
  readonly id?: string | undefined;
  /** Undefined if ElevenLabs shows no branches. */
  readonly name: string | undefined;
  /** Why the branch can't be PATCHed. */
  readonly blocker: BlockerCode | undefined;
  readonly overrides: AgentSetup['overrides'];
}

/** The settings of an agent that Precall depends on. */
export interface AgentDetails extends AgentFacts {
  /** The branches that serve the agent's calls. Absent if they were not read. */
  readonly branches?: readonly BranchDetails[];
  /** What a call may override on every branch. */
  readonly overrides: AgentSetup['overrides'];
  /** Whether the agent asks the initiation webhook before a call. */
  readonly asksInitiation: boolean;
  /** The agent's own webhook, which replaces the workspace's. */
  readonly initiationWebhook: InitiationWebhook | undefined;
  /** The agent's own webhook, which replaces the workspace's. */
  readonly postCall: PostCallSettings | undefined;
  /** The agent's language, such as `nl`. */
  readonly language: string | undefined;
  /** The agent's current first message. During a call it may be a greeting from Precall. */
  readonly firstMessage: string | undefined;
  readonly languagePresets: readonly Shadow[];
  readonly workflowNodes: readonly Shadow[];
  /** Whether the agent only writes. */
  readonly isTextOnly: boolean;
  /** The text-to-speech model. */
  readonly model: string | undefined;
  /** Labels of the agent's further voices. */
  readonly otherVoices: readonly string[];
  /** Agents to which this one transfers calls without the call's voice. */
  readonly transfersWithoutVoice: readonly string[];
  readonly keepsNothing: boolean;
  readonly recordsNoAudio: boolean;
  /** Most conversations in parallel. -1 or undefined means no limit. */
  readonly concurrencyLimit: number | undefined;
  readonly blocksClonedVoices: boolean;
  /** The longest duration of a conversation, in seconds. */
  readonly maxDurationS: number | undefined;
  /** The agent's phone numbers. */
  readonly numbers: readonly string[];
  /** Dynamic variables that the agent defines. */
  readonly variables: readonly string[];
}

/** A webhook of the workspace. */
export interface WorkspaceWebhook {
  readonly webhookId: string;
  readonly url: string | undefined;
  readonly isDisabled: boolean;
  /** Whether ElevenLabs itself disabled the webhook after failures. */
  readonly isAutoDisabled: boolean;
  /** Undefined if ElevenLabs does not show it. */
  readonly repeats: boolean | undefined;
  /** The HTTP status of the last failure. */
  readonly lastFailureStatus: number | undefined;
  /** Unix seconds. */
  readonly lastFailureAtS: number | undefined;
}

/** The settings for all agents of the workspace. */
export interface ConvaiSettings {
  readonly initiationWebhook: InitiationWebhook | undefined;
  readonly postCall: PostCallSettings | undefined;
}

/** The plan's limits. Undefined if ElevenLabs does not show them. */
export interface Plan {
  readonly slotsUsed: number | undefined;
  readonly slotLimit: number | undefined;
  /** Voices added or edited this month. Deleting a voice does not lower the number. */
  readonly addEdits: number | undefined;
  readonly addEditLimit: number | undefined;
  readonly canClone: boolean | undefined;
}

/** Why ElevenLabs did not show something. */
export interface ReadFailure {
  readonly kind: 'refused' | 'access' | 'busy' | 'unavailable';
  /** ElevenLabs' code, or Precall's if there was no response. */
  readonly code: string;
}

/** What ElevenLabs showed, or why it did not. */
export type ReadResult<T> = { readonly shown: T } | { readonly failure: ReadFailure };

/** The workspace's settings, as far as ElevenLabs showed them. */
export interface WorkspaceView {
  readonly settings: ReadResult<ConvaiSettings>;
  readonly webhooks: ReadResult<readonly WorkspaceWebhook[]>;
  /** The address of this installation. @default unknown: webhooks are judged by their path */
  readonly baseUrl?: string | undefined;
}
