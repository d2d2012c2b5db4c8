import type { FaultRule } from './faults';
import type { Operation } from './settings';
import type { Settings } from './settings';
import type { JsonObject } from './values';
import { emptyWorkspace, type Workspace } from './workspace';

/** One audio file of a voice. Its bytes are not kept. */
export interface StoredSample {
  readonly sampleId: string;
  readonly fileName: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** MD5, as the API shows it. */
  readonly hash: string;
  readonly sha256: string;
}

/** A voice of the account: its own clone, or one that ElevenLabs brings along. */
export interface StoredVoice {
  readonly voiceId: string;
  readonly name: string;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly category: 'cloned' | 'premade';
  readonly createdAtMs: number;
  readonly removeBackgroundNoise: boolean;
  readonly samples: readonly StoredSample[];
}

/** What was committed to one branch of an agent. */
export interface AgentCommits {
  /** What GET and PATCH answer. */
  readonly body: JsonObject;
  /** 1 for a new branch; every PATCH adds one. */
  readonly versionCount: number;
  /** Its versions, oldest first, of which the last is the body; none for an agent without versions. */
  readonly versions: readonly AgentVersion[];
}

/** What tells one branch of an agent from another. */
export interface BranchTraits {
  readonly branchId: string;
  readonly name: string;
  /** Share of the agent's calls. */
  readonly livePercentage: number;
  readonly isArchived: boolean;
  readonly protection: 'writer_perms_required' | 'admin_perms_required';
  /** What the key's owner may do; null where that is not shown. */
  readonly role: 'admin' | 'editor' | 'commenter' | 'viewer' | null;
  /** Versions that publishing the drafts of the key's owner would give to procedures, by procedure. */
  readonly drafts: Readonly<Record<string, string>>;
}

/** A branch of an agent. */
export interface StoredBranch extends AgentCommits, BranchTraits {
  /** Null for the main one. */
  readonly parentBranchId: string | null;
}

/** An agent, with its main branch. */
export interface StoredAgent extends AgentCommits {
  readonly agentId: string;
  /** @default the plain main branch of an agent with versions */
  readonly main?: BranchTraits | undefined;
  /** Its other branches. @default none */
  readonly branches?: readonly StoredBranch[] | undefined;
}

/** What an agent was at one time. */
export interface AgentVersion {
  readonly versionId: string;
  readonly body: JsonObject;
  readonly description: string;
  readonly committedAtMs: number;
}

/** One turn of a conversation. */
export interface StoredTurn {
  readonly role: 'user' | 'agent';
  readonly message: string;
  readonly timeInCallS: number;
}

/** A conversation that an agent has or had. */
export interface StoredConversation {
  readonly conversationId: string;
  readonly agentId: string;
  readonly status: 'initiated' | 'in-progress' | 'processing' | 'done' | 'failed';
  readonly startTimeUnixS: number;
  readonly durationS: number;
  readonly direction: 'inbound' | 'outbound';
  readonly provider: 'twilio' | 'sip_trunk';
  /** The number at the other end; null for a conversation that was no telephone call. */
  readonly externalNumber: string | null;
  /** The number at the agent's end. */
  readonly agentNumber: string;
  readonly callSid: string;
  /** What the client calls the person. */
  readonly userId: string | null;
  readonly dynamicVariables: Readonly<Record<string, string | number | boolean>>;
  /** What the conversation was started with instead of its agent's settings. */
  readonly configOverride: JsonObject | null;
  /** The voice and first message that the other end hears; null for a conversation that did not start here. */
  readonly heard: { readonly voiceId: string; readonly firstMessage: string } | null;
  /** Why it ended, or could not start; null when there is nothing to say. */
  readonly terminationReason: string | null;
  readonly transcript: readonly StoredTurn[];
  readonly hasAudio: boolean;
  /** Size of the recording, which is made while it is sent. */
  readonly audioBytes: number;
}

/** A call that the API was asked to make. */
export interface OutboundCall {
  /** ISO 8601. */
  readonly at: string;
  readonly provider: 'twilio' | 'sip_trunk';
  readonly agentId: string;
  readonly agentPhoneNumberId: string;
  readonly toNumber: string;
  /** Null when the call did not come about. */
  readonly conversationId: string | null;
  readonly callSid: string | null;
  /** The whole request. */
  readonly request: JsonObject;
}

/** An agent was left with a voice that does not exist, by a PATCH or because the voice was deleted. */
export interface Incident {
  readonly kind: 'danglingVoice';
  readonly cause: 'patched' | 'deleted';
  readonly agentId: string;
  readonly voiceId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A PATCH published drafts of procedures that nobody asked it to, or removed procedures. */
export interface ProcedureChange {
  readonly agentId: string;
  readonly branchId: string;
  readonly published: readonly string[];
  readonly removed: readonly string[];
}

/** A request to the API, from its arrival on. */
export interface RequestRecord {
  /** Arrival, ISO 8601. */
  readonly at: string;
  readonly requestId: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Null when the request matches no operation. */
  operation: Operation | null;
  /** The voice, agent or conversation in the path, or the voice or conversation that was made. */
  id: string | null;
  /** The fault that struck. */
  faultId: string | null;
  /** Null while it runs, and when no answer went out. */
  status: number | null;
  /** Null while it runs. */
  durationMs: number | null;
}

/** All that the simulator knows, as plain data. Newest entries are last. */
export interface SimulatorState {
  settings: Settings;
  workspace: Workspace;
  voices: StoredVoice[];
  agents: StoredAgent[];
  conversations: StoredConversation[];
  outboundCalls: OutboundCall[];
  /** Voices added in this month, whether or not they still exist. */
  voiceAddEditCounter: number;
  faults: FaultRule[];
  incidents: Incident[];
  procedureChanges: ProcedureChange[];
  /**
   * A sentence for everything that a client sent against ElevenLabs' contract: operations, headers, parameters and
   * fields that ElevenLabs does not document, wrong types, a missing key. Survives a reset.
   */
  violations: string[];
  requests: RequestRecord[];
  /** Requests to the API that run now, and the most that ever ran at once. */
  concurrency: { current: number; peak: number };
}

/** A state without anything in it. */
export const emptyState = (settings: Settings): SimulatorState => ({
  settings,
  workspace: emptyWorkspace,
  voices: [],
  agents: [],
  conversations: [],
  outboundCalls: [],
  voiceAddEditCounter: 0,
  faults: [],
  incidents: [],
  procedureChanges: [],
  violations: [],
  requests: [],
  concurrency: { current: 0, peak: 0 },
});
