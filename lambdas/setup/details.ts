import type { AgentSetup } from './agent-setup';

/** A webhook that ElevenLabs asks before a call. */
export interface InitiationWebhook {
  readonly url: string;
  /** Names of its headers that have a value. */
  readonly headerNames: readonly string[];
}

/** Which webhook is told of the ends of calls, and what. */
export interface PostCallSettings {
  readonly webhookId: string;
  /** Undefined where ElevenLabs does not say. */
  readonly events: readonly string[] | undefined;
  readonly transcriptFormat: string | undefined;
  readonly excludesTranscript: boolean;
  /** The older switch for the event `audio`. */
  readonly sendsAudio: boolean;
}

/** What shadows an agent's voice or first message in parts of its calls: a language, or a node of its workflow. */
export interface Shadow {
  readonly name: string;
  readonly hasVoice: boolean;
  readonly hasFirstMessage: boolean;
}

/** What matters to us of an agent's settings. */
export interface AgentDetails {
  readonly overrides: AgentSetup['overrides'];
  /** Whether it asks the initiation webhook before a call. */
  readonly asksInitiation: boolean;
  /** Its own, which goes before the workspace's. */
  readonly initiationWebhook: InitiationWebhook | undefined;
  /** Its own, which goes before the workspace's. */
  readonly postCall: PostCallSettings | undefined;
  readonly languagePresets: readonly Shadow[];
  readonly workflowNodes: readonly Shadow[];
  readonly blocksClonedVoices: boolean;
  /** Longest conversation, in seconds. */
  readonly maxDurationS: number | undefined;
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
  /** Undefined where ElevenLabs does not say. */
  readonly repeats: boolean | undefined;
  /** The HTTP status of the last failure. */
  readonly lastFailureStatus: number | undefined;
  /** When that was, in unix seconds. */
  readonly lastFailureAtS: number | undefined;
}

/** What is set for all agents of the workspace. */
export interface ConvaiSettings {
  readonly initiationWebhook: InitiationWebhook | undefined;
  readonly postCall: PostCallSettings | undefined;
}

/** What the plan allows; undefined where ElevenLabs does not say. */
export interface Plan {
  readonly slotsUsed: number | undefined;
  readonly slotLimit: number | undefined;
  /** Voices added or edited this month; deleting gives none back. */
  readonly addEdits: number | undefined;
  readonly addEditLimit: number | undefined;
  readonly canClone: boolean | undefined;
}

/** Why ElevenLabs did not show something. */
export interface ReadFailure {
  readonly kind: 'refused' | 'access' | 'busy' | 'unavailable';
  /** ElevenLabs' own code, or ours where no answer came. */
  readonly code: string;
}

/** What ElevenLabs showed, or why it did not. */
export type Seen<T> = { readonly shown: T } | { readonly failure: ReadFailure };
