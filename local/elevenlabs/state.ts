import type { FaultRule } from './faults';
import type { Operation } from './settings';
import type { Settings } from './settings';
import type { JsonObject } from './values';
import { emptyWorkspace, type Workspace } from './workspace';

/** An audio file of a voice, without its bytes. */
export interface StoredSample {
  readonly sampleId: string;
  readonly fileName: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** MD5, as the API shows it. */
  readonly hash: string;
  readonly sha256: string;
}

/** A voice of the account: its own clone, or one that ElevenLabs provides. */
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

/** The commits to one branch of an agent. */
export interface AgentCommits {
  /** The body that GET and PATCH return. */
  readonly body: JsonObject;
  /** 1 for a new branch; every PATCH adds one. */
  readonly versionCount: number;
  /** Its versions, oldest first; the last one equals the body. Empty for an agent without versions. */
  readonly versions: readonly AgentVersion[];
}

/** The properties of a branch. */
export interface BranchTraits {
  readonly branchId: string;
  readonly name: string;
  /** Share of the agent's calls. */
  readonly livePercentage: number;
  readonly isArchived: boolean;
  readonly protection: 'writer_perms_required' | 'admin_perms_required';
  /** What the key's owner may do; null if that is not shown. */
  readonly role: 'admin' | 'editor' | 'commenter' | 'viewer' | null;
  /** Versions that procedures get when the key owner's drafts are published, by procedure. */
  readonly drafts: Readonly<Record<string, string>>;
}

/** A branch of an agent. */
export interface StoredBranch extends AgentCommits, BranchTraits {
  /** Null for the main branch. */
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

/** An earlier or current state of an agent. */
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

/** A current or past conversation of an agent. */
export interface StoredConversation {
  readonly conversationId: string;
  readonly agentId: string;
  readonly status: 'initiated' | 'in-progress' | 'processing' | 'done' | 'failed';
  readonly startTimeUnixS: number;
  readonly durationS: number;
  readonly direction: 'inbound' | 'outbound';
  readonly provider: 'twilio' | 'sip_trunk';
  /** The number of the other party; null if the conversation was not a telephone call. */
  readonly externalNumber: string | null;
  /** The agent's number. */
  readonly agentNumber: string;
  readonly callSid: string;
  /** The client's id for the person. */
  readonly userId: string | null;
  readonly dynamicVariables: Readonly<Record<string, string | number | boolean>>;
  /** The agent settings that the conversation overrides. */
  readonly configOverride: JsonObject | null;
  /** The voice and first message that the other party hears; null if the conversation did not start here. */
  readonly heard: { readonly voiceId: string; readonly firstMessage: string } | null;
  /** Why it ended, or could not start; null if there is no reason. */
  readonly terminationReason: string | null;
  readonly transcript: readonly StoredTurn[];
  readonly hasAudio: boolean;
  /** Size of the recording, which is generated while it is sent. */
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
  /** Null if the call failed. */
  readonly conversationId: string | null;
  readonly callSid: string | null;
  /** The whole request. */
  readonly request: JsonObject;
}

/** An agent was left with a missing voice, by a PATCH or because the voice was deleted. */
export interface Incident {
  readonly kind: 'danglingVoice';
  readonly cause: 'patched' | 'deleted';
  readonly agentId: string;
  readonly voiceId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A PATCH published drafts of procedures without being asked to, or removed procedures. */
export interface ProcedureChange {
  readonly agentId: string;
  readonly branchId: string;
  readonly published: readonly string[];
  readonly removed: readonly string[];
}

/** A request to the API, recorded from its arrival. */
export interface RequestRecord {
  /** Arrival, ISO 8601. */
  readonly at: string;
  readonly requestId: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Null if the request matches no operation. */
  operation: Operation | null;
  /** The voice, agent or conversation in the path, or the voice or conversation that was created. */
  id: string | null;
  /** The fault that applied. */
  faultId: string | null;
  /** Null while the request runs, and if no response was sent. */
  status: number | null;
  /** Null while the request runs. */
  durationMs: number | null;
}

/** The simulator's complete state, as plain data. Newest entries are last. */
export interface SimulatorState {
  settings: Settings;
  workspace: Workspace;
  voices: StoredVoice[];
  agents: StoredAgent[];
  conversations: StoredConversation[];
  outboundCalls: OutboundCall[];
  /** Voices added this month, whether or not they still exist. */
  voiceAddEditCounter: number;
  faults: FaultRule[];
  incidents: Incident[];
  procedureChanges: ProcedureChange[];
  /**
   * A sentence for each violation of ElevenLabs' contract by a client: undocumented operations, headers, parameters and
   * fields, wrong types, or a missing key. Survives a reset.
   */
  violations: string[];
  requests: RequestRecord[];
  /** Requests to the API that run now, and the highest number that ever ran in parallel. */
  concurrency: { current: number; peak: number };
}

/** Creates an empty state. */
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
