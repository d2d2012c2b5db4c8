/** What the console's server answers, as the page reads it. Times are unix milliseconds unless a name says otherwise. */

/** Which installation the page shows, and what can be done with it. */
export interface InstallationDocument {
  readonly title: string;
  readonly apiUrl: string;
  readonly isLocal: boolean;
  /** Whether the simulated ElevenLabs and the clock of the local stack can be steered. */
  readonly isSimulated: boolean;
  /** Agents that a call can be made to, those of the ledger and the simulator. */
  readonly agentIds: readonly string[];
}

/** One row in the list of calls. */
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

/** What changed in the list since the last message. */
export interface CallChanges {
  readonly rows: readonly CallRow[];
  readonly gone: readonly string[];
}

/** The rows of a time line. */
export type Lane = 'requests' | 'elevenlabs' | 'ledger' | 'jobs';

/** Something that took time, or a moment if both times are the same. */
export interface TimelineEntry {
  readonly lane: Lane;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly words: string;
  readonly isFault: boolean;
  /** A few letters for the drawing. */
  readonly label: string;
  /** Another call that took this one's agent, or lost it to this one. */
  readonly otherCallId?: string | undefined;
}

/** One moment of a call, in words. */
export interface MomentDocument {
  readonly atMs: number;
  readonly words: string;
  readonly isFault: boolean;
  readonly service?: string | undefined;
  readonly elevenLabsRequestId?: string | undefined;
}

/** What an agent says and with which voice. */
export interface AgentVoice {
  readonly voiceId?: string | undefined;
  readonly firstMessage?: string | undefined;
}

/** The whole story of one call. */
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
  /** Only where personal data are shown. */
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

/** What came of a request that the console sent for its user. */
export interface AnswerDocument {
  readonly status: number;
  readonly meaning: string;
  readonly tookMs: number;
  readonly conversationId?: string | undefined;
  readonly body: unknown;
}

/** Why a request of the page was not done. */
export interface ProblemDocument {
  readonly problem: string;
}

/** An agent, with what it has of its own and what it has now. */
export interface AgentDocument {
  readonly agentId: string;
  readonly own: AgentVoice;
  readonly now: AgentVoice;
  /** The call that has it. */
  readonly conversationId?: string | undefined;
  readonly sinceMs?: number | undefined;
  /** PATCHes that may still land. */
  readonly inFlight: number;
}

/** A voice that Precall made. */
export interface VoiceDocument {
  readonly voiceId: string;
  readonly state: string;
  /** Why it is alive. */
  readonly reason: string;
  readonly users: readonly string[];
  readonly expiresAtMs: number;
  readonly madeFor?: string | undefined;
}

/** The voices, and how many the plan has room for. */
export interface VoicesDocument {
  readonly voices: readonly VoiceDocument[];
  /** Where the simulated account tells. */
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

/** A queue and its dead letters. */
export interface QueueDocument {
  readonly name: string;
  readonly waiting: number;
  readonly underWay: number;
  readonly parked: number;
}

/** The queues, and jobs that failed for good. */
export interface QueuesDocument {
  readonly queues: readonly QueueDocument[];
  readonly parkedJobs: readonly {
    readonly queue: string;
    readonly sentAtMs: number;
    readonly attempts: number;
    readonly body: string;
  }[];
}

/** A variable of the functions, and where its value comes from. */
export interface SettingDocument {
  readonly name: string;
  readonly value: string;
  readonly origin: 'default' | 'set' | 'stack';
  readonly functions: readonly string[];
}

/** How the installation is. */
export interface HealthDocument {
  readonly health?: Readonly<Record<string, string>> | undefined;
  readonly pausedSinceMs?: number | undefined;
  readonly reconciledAtMs?: number | undefined;
  readonly alarms: readonly { readonly name: string; readonly description: string; readonly sinceMs?: number }[];
  readonly errors: Readonly<Record<string, number>>;
  readonly emptySecrets: readonly string[];
  readonly voices: Readonly<Record<string, number>>;
}
