import type { Bucket } from '../../aws/bucket';
import type { Caller } from '../../callers/caller';
import type { ConsentDeps } from '../../callers/require-consent';
import type { DynamicVariables } from '../../initiation/dynamic-variables';
import type { AgentSetups } from '../../ledger/agent-setups';
import type { JobSink } from '../../ledger/aggregate';
import type { Callers } from '../../ledger/callers';
import type { Conversations } from '../../ledger/conversations';
import type { Voices } from '../../ledger/voices';
import type { Deadline } from '../../platform/deadline';
import type { Meter } from '../../platform/metrics';
import type { MeasuredSample } from '../../samples/voice-sample';
import type { AgentCheckDeps } from '../../setup/check-agent';
import type { DeletionJob } from '../deletion-job';
import type { GreetingTerms } from '../greeting';
import type { AgentVoiceDeps } from '../on-agent/deps';
import type { PreCallEvent } from './pre-call-event';

/** An accepted pre-call: signed, well formed, with samples that are fit to clone. */
export interface PreCall {
  readonly event: PreCallEvent;
  /** One to five, all different. */
  readonly samples: readonly MeasuredSample[];
  /** When it reached us, in unix milliseconds. */
  readonly receivedAtMs: number;
  /** When it was signed, in unix seconds. */
  readonly signedAtS: number;
  readonly deadline: Deadline;
  /** HMAC of the caller's number; undefined where the number makes no key. */
  readonly callerHash: string | undefined;
  /** The caller as the ledger had it when the pre-call came; undefined for one that it does not know. */
  readonly caller: Caller | undefined;
}

/** A pre-call whose caller has not been looked up yet. */
export type ReceivedPreCall = Omit<PreCall, 'callerHash' | 'caller'>;

/**
 * How a voice comes to the agent:
 * - `patch`: by PATCH, without which there is no success;
 * - `override`: by an override of the call alone, the agent is not touched;
 * - `both`: by the override, and by a PATCH that may fail;
 * - `auto`: by the override of the initiation webhook where it serves the call, else by PATCH.
 */
export type AgentActivation = 'patch' | 'override' | 'both' | 'auto';

/** Dependencies of a pre-call. */
export interface PreCallDeps extends AgentVoiceDeps, AgentCheckDeps, Pick<ConsentDeps, 'consents' | 'consentTerms'> {
  readonly conversations: Conversations;
  readonly setups: Pick<AgentSetups, 'read' | 'record'>;
  readonly voices: Voices;
  readonly callers: Callers;
  /** The key of a caller; undefined where the number makes none. */
  readonly callerHash: (phoneNumber: string | null | undefined) => Promise<string | undefined>;
  readonly deletionJobs: JobSink<DeletionJob>;
  /** Undefined when samples are not to be stored. */
  readonly samples: Pick<Bucket, 'put' | 'remove'> | undefined;
  readonly settings: GreetingTerms & {
    /** The variables that every call gets. */
    readonly dynamicVariables: DynamicVariables;
    /** How long a claim is held, in milliseconds: the function's timeout and 30 s. */
    readonly leaseMs: number;
    readonly voiceTtlHours: number;
    /** How long a voice is kept for reuse after a call, in seconds; 0: it is deleted. */
    readonly retainS: number;
    readonly activation: AgentActivation;
    /** How old a pre-call may be that a starting call takes, in seconds. */
    readonly validS: number;
    /** Whether samples are kept beyond the call, so that a voice for the caller's next one can be made of them. */
    readonly remembersSamples: boolean;
  };
  readonly meter: Meter;
  /** Whether ElevenLabs removes background noise from samples. @default false */
  readonly removesNoise?: boolean;
}
