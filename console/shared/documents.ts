/**
 * The responses of the console's server, as the page reads them. Times are in unix milliseconds unless the name says
 * otherwise.
 */

/** The installation that the page shows, and the actions that are available. */
export interface InstallationDocument {
  readonly title: string;
  readonly apiUrl: string;
  readonly isLocal: boolean;
  /** Whether ElevenLabs is simulated, so that faults can be caused. */
  readonly isSimulated: boolean;
  /** Whether the time of the whole stack can be moved. */
  readonly isClockMovable: boolean;
  /** Agents that a call can be made to, from the ledger and the simulator. */
  readonly agentIds: readonly string[];
}

/** A row in the list of calls. */
export interface CallRow {
  readonly id: string;
  readonly kind: 'conversation' | '3cx' | 'refused';
  readonly atMs: number;
  readonly agentId?: string | undefined;
  readonly voiceId?: string | undefined;
  readonly state: string;
  readonly isFailed: boolean;
  readonly endedAtMs?: number | undefined;
  readonly durationS?: number | undefined;
}

/** Changes in the list since the last message. */
export interface CallChanges {
  readonly rows: readonly CallRow[];
  readonly gone: readonly string[];
}

/** The rows of a timeline. */
export type Lane = 'requests' | 'elevenlabs' | 'ledger' | 'jobs';

/** An event with a duration, or a moment if both times are equal. */
export interface TimelineEntry {
  readonly lane: Lane;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly words: string;
  readonly isFault: boolean;
  /** A short label for the drawing. */
  readonly label: string;
  /** The call from which this one took over the agent, or to which it lost the agent. */
  readonly otherCallId?: string | undefined;
}

/** A moment of a call, in words. */
export interface MomentDocument {
  readonly atMs: number;
  readonly words: string;
  readonly isFault: boolean;
  readonly service?: string | undefined;
  readonly elevenLabsRequestId?: string | undefined;
}

/** What an agent says, and its voice. */
export interface AgentVoice {
  readonly voiceId?: string | undefined;
  readonly firstMessage?: string | undefined;
}

/** The complete story of one call. */
export interface CallDocument {
  readonly id: string;
  readonly state: string;
  readonly isOver: boolean;
  readonly atMs?: number | undefined;
  readonly endedAtMs?: number | undefined;
  readonly durationS?: number | undefined;
  readonly agentId?: string | undefined;
  readonly voiceId?: string | undefined;
  readonly voiceState?: string | undefined;
  /** Present only if personal data is shown. */
  readonly callerName?: string | undefined;
  readonly callerNumber?: string | undefined;
  readonly agentBefore: AgentVoice;
  readonly agentDuring: AgentVoice;
  readonly agentNow: AgentVoice & { readonly conversationId?: string | undefined };
  readonly otherCallIds: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  readonly moments: readonly MomentDocument[];
  readonly lines: readonly object[];
  readonly ledger: readonly string[];
  readonly items: readonly { readonly title: string; readonly item: unknown }[];
  readonly objects: readonly { readonly key: string; readonly bytes: number; readonly storedAtMs: number }[];
  readonly next: readonly string[];
  readonly hasTranscript: boolean;
  readonly hasRecording: boolean;
}

/** One turn of a conversation. */
export interface Turn {
  readonly role: string;
  readonly atS: number;
  readonly message: string;
}

/** The result of a request that the console sent for its user. */
export interface AnswerDocument {
  readonly status: number;
  readonly meaning: string;
  readonly tookMs: number;
  readonly conversationId?: string | undefined;
  readonly body: unknown;
}

/** Why a request of the page failed. */
export interface ProblemDocument {
  readonly problem: string;
}

/** An agent, with its own and its current voice and greeting. */
export interface AgentDocument {
  readonly agentId: string;
  readonly own: AgentVoice;
  readonly now: AgentVoice;
  /** The call that uses the agent. */
  readonly conversationId?: string | undefined;
  readonly sinceMs?: number | undefined;
  /** PATCH requests that may still take effect. */
  readonly inFlight: number;
}

/** A voice that Precall created. */
export interface VoiceDocument {
  readonly voiceId: string;
  readonly state: string;
  /** Why the voice exists. */
  readonly reason: string;
  readonly users: readonly string[];
  readonly expiresAtMs: number;
  readonly madeFor?: string | undefined;
}

/** The voices, and the number of slots of the plan. */
export interface VoicesDocument {
  readonly voices: readonly VoiceDocument[];
  /** Present only if the simulated account reports them. */
  readonly slots?: { readonly used: number; readonly limit: number } | undefined;
}

/** A caller, under one value of the hash key. */
export interface CallerDocument {
  readonly hash: string;
  readonly name?: string | undefined;
  readonly consent: string;
  readonly samples: readonly { readonly key: string; readonly kind: 'enrolled' | 'recent' }[];
  readonly voiceId?: string | undefined;
  readonly calls: readonly string[];
  readonly erasedAtMs?: number | undefined;
  readonly expiresAtMs: number;
}

/** A queue and its dead-letter queue. */
export interface QueueDocument {
  readonly name: string;
  readonly waiting: number;
  readonly underWay: number;
  readonly parked: number;
}

/** The queues, and the jobs that failed permanently. */
export interface QueuesDocument {
  readonly queues: readonly QueueDocument[];
  readonly parkedJobs: readonly {
    readonly queue: string;
    readonly sentAtMs: number;
    readonly attempts: number;
    readonly body: string;
  }[];
}

/** A variable of the functions, and the source of its value. */
export interface SettingDocument {
  readonly name: string;
  readonly value: string;
  readonly origin: 'default' | 'set' | 'stack';
  readonly functions: readonly string[];
}

/** The state of the installation. */
export interface HealthDocument {
  readonly health?: Readonly<Record<string, string>> | undefined;
  readonly pausedSinceMs?: number | undefined;
  readonly reconciledAtMs?: number | undefined;
  readonly alarms: readonly { readonly name: string; readonly description: string; readonly sinceMs?: number }[];
  readonly errors: Readonly<Record<string, number>>;
  readonly emptySecrets: readonly string[];
  readonly voices: Readonly<Record<string, number>>;
}

/** The clock of the local stack, and what its time has done. */
export interface ClockDocument {
  readonly nowMs: number;
  /** How far it is ahead of the machine's clock. */
  readonly aheadMs: number;
  /** How much of the requested time is left while time passes. */
  readonly leftMs: number;
  /** What happened the last time that time passed. */
  readonly passed?: { readonly ms: number; readonly expiredItems: number } | undefined;
  /** Why time stopped to pass early. */
  readonly problem?: string | undefined;
  /** Agents that have a caller's voice. */
  readonly agentsInUse: number;
  /** Voices of Precall that exist. */
  readonly voices: number;
}

/** A fault that waits for a request to the simulated ElevenLabs. */
export interface FaultDocument {
  /** The name under which the page asked for it. */
  readonly id: string;
  /** How often it still applies; null means until it is cleared. */
  readonly times: number | null;
}
