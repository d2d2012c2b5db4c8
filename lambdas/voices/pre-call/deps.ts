import type { Bucket } from '../../aws/bucket';
import type { Caller } from '../../callers/caller';
import type { CallerConsent } from '../../callers/consent';
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

/** An accepted pre-call: signed and valid, with samples that can be cloned. */
export interface PreCall {
  readonly event: PreCallEvent;
  /** One to five different samples. */
  readonly samples: readonly MeasuredSample[];
  /** When Precall received it, in unix milliseconds. */
  readonly receivedAtMs: number;
  /** When it was signed, in unix seconds. */
  readonly signedAtS: number;
  readonly deadline: Deadline;
  /** HMAC of the caller's number; undefined without a usable number. */
  readonly callerHash: string | undefined;
  /** The caller in the ledger when the pre-call arrived; undefined if unknown. */
  readonly caller: Caller | undefined;
  /** The caller's consents under older values of the hash key. */
  readonly olderConsents: readonly (CallerConsent | undefined)[];
}

/** A pre-call whose caller has not been looked up yet. */
export type ReceivedPreCall = Omit<PreCall, 'callerHash' | 'caller' | 'olderConsents'>;

/**
 * How a call gets the voice:
 * - `patch`: by a PATCH of the agent, which must succeed;
 * - `override`: only by an override of the call; the agent is not changed;
 * - `both`: by the override, and by a PATCH that may fail;
 * - `auto`: by the initiation webhook's override if it serves the call, else by PATCH.
 */
export type AgentActivation = 'patch' | 'override' | 'both' | 'auto';

/** Dependencies of a pre-call. */
export interface PreCallDeps extends AgentVoiceDeps, AgentCheckDeps, Pick<ConsentDeps, 'consents' | 'consentTerms'> {
  readonly conversations: Conversations;
  readonly setups: Pick<AgentSetups, 'read' | 'record'>;
  readonly voices: Voices;
  readonly callers: Callers;
  /** Returns a caller's key; undefined without a usable number. */
  readonly callerHash: (phoneNumber: string | null | undefined) => Promise<string | undefined>;
  /** Returns a caller's keys under older values of the hash key. */
  readonly olderCallerHashes: (phoneNumber: string | null | undefined) => Promise<readonly string[]>;
  readonly deletionJobs: JobSink<DeletionJob>;
  /** Undefined if samples are not stored. */
  readonly samples: Pick<Bucket, 'put' | 'remove'> | undefined;
  readonly settings: GreetingTerms & {
    /** The variables that every call gets. */
    readonly dynamicVariables: DynamicVariables;
    /** Lease of a claim, in milliseconds: the function's timeout plus 30 s. */
    readonly leaseMs: number;
    readonly voiceTtlHours: number;
    /** How long a voice is kept for reuse after a call, in seconds; 0: it is deleted. */
    readonly retainS: number;
    readonly activation: AgentActivation;
    /** Maximum age of a pre-call that a starting call takes, in seconds. */
    readonly validS: number;
    /** Whether samples are kept after the call, to clone a voice for the caller's next one. */
    readonly remembersSamples: boolean;
  };
  readonly meter: Meter;
  /** Whether ElevenLabs removes background noise from samples. @default false */
  readonly removesNoise?: boolean;
}
