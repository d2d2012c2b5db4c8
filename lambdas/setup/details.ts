import type { AgentFacts, BlockerCode } from '../voices/agent-branches';
import type { AgentSetup } from './agent-setup';

/** A webhook that ElevenLabs asks before a call. */
export interface InitiationWebhook {
  readonly url: string;
  /** Names of its headers that have a value. */
  readonly headerNames: readonly string[];
}

/** The post-call webhook, and what ElevenLabs sends it. */
export interface PostCallSettings {
  readonly webhookId: string;
  /** Undefined if ElevenLabs does not show it. */
  readonly events: readonly string[] | undefined;
  readonly transcriptFormat: string | undefined;
  readonly excludesTranscript: boolean;
  /** The older switch for the event `audio`. */
  readonly sendsAudio: boolean;
}

/** A language, or a node of a workflow, that may replace the agent's voice or first message. */
export interface Shadow {
  readonly name: string;
  readonly hasVoice: boolean;
  readonly hasFirstMessage: boolean;
}

/** A branch that serves calls of an agent. */
export interface BranchDetails {
  /** Undefined where ElevenLabs shows no branches. */
  readonly name: string | undefined;
  /** Why it can't be PATCHed. */
  readonly blocker: BlockerCode | undefined;
  readonly overrides: AgentSetup['overrides'];
}

/** The settings of an agent that Precall depends on. */
export interface AgentDetails extends AgentFacts {
  /** The branches that serve its calls; absent where they were not asked for. */
  readonly branches?: readonly BranchDetails[];
  /** What a call may override, whichever branch serves it. */
  readonly overrides: AgentSetup['overrides'];
  /** Whether it asks the initiation webhook before a call. */
  readonly asksInitiation: boolean;
  /** Its own, which replaces the workspace's. */
  readonly initiationWebhook: InitiationWebhook | undefined;
  /** Its own, which replaces the workspace's. */
  readonly postCall: PostCallSettings | undefined;
  /** Its language, such as `nl`. */
  readonly language: string | undefined;
  /** Its first message now, which during a call may be a greeting of Precall. */
  readonly firstMessage: string | undefined;
  readonly languagePresets: readonly Shadow[];
  readonly workflowNodes: readonly Shadow[];
  /** Whether it only writes. */
  readonly isTextOnly: boolean;
  /** The model that speaks. */
  readonly model: string | undefined;
  /** Labels of further voices that it may speak with. */
  readonly otherVoices: readonly string[];
  /** Agents that it hands calls to without the voice that was given to the call. */
  readonly transfersWithoutVoice: readonly string[];
  readonly keepsNothing: boolean;
  /** Most conversations at a time; -1 or undefined for any number. */
  readonly concurrencyLimit: number | undefined;
  readonly blocksClonedVoices: boolean;
  /** Longest conversation, in seconds. */
  readonly maxDurationS: number | undefined;
  /** Its phone numbers. */
  readonly numbers: readonly string[];
  /** Dynamic variables that it defines. */
  readonly variables: readonly string[];
}

/** A webhook of the workspace. */
export interface WorkspaceWebhook {
  readonly webhookId: string;
  readonly url: string | undefined;
  readonly isDisabled: boolean;
  /** Switched off by ElevenLabs itself, after failures. */
  readonly isAutoDisabled: boolean;
  /** Undefined if ElevenLabs does not show it. */
  readonly repeats: boolean | undefined;
  /** The HTTP status of the last failure. */
  readonly lastFailureStatus: number | undefined;
  /** Unix seconds. */
  readonly lastFailureAtS: number | undefined;
}

/** The settings of all agents of the workspace. */
export interface ConvaiSettings {
  readonly initiationWebhook: InitiationWebhook | undefined;
  readonly postCall: PostCallSettings | undefined;
}

/** The limits of the plan; undefined where ElevenLabs does not show them. */
export interface Plan {
  readonly slotsUsed: number | undefined;
  readonly slotLimit: number | undefined;
  /** Voices added or edited this month. A deletion does not lower the number. */
  readonly addEdits: number | undefined;
  readonly addEditLimit: number | undefined;
  readonly canClone: boolean | undefined;
}

/** Why ElevenLabs did not show something. */
export interface ReadFailure {
  readonly kind: 'refused' | 'access' | 'busy' | 'unavailable';
  /** ElevenLabs' own code, or ours if there was no answer. */
  readonly code: string;
}

/** What ElevenLabs showed, or why it did not. */
export type ReadResult<T> = { readonly shown: T } | { readonly failure: ReadFailure };
