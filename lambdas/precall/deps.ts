import type { DeletionJobs } from '../adapters/deletion-jobs';
import type { Connection } from '../adapters/elevenlabs/request';
import type { Agents } from '../adapters/ledger/agents';
import type { Conversations } from '../adapters/ledger/conversations';
import type { Voices } from '../adapters/ledger/voices';
import type { Samples } from '../adapters/samples';
import type { PreCallEvent } from '../domain/precall-event';
import type { MeasuredSample } from '../domain/voice-sample';
import type { Deadline } from '../shared/deadline';
import type { Log } from '../shared/log';
import type { Meter } from '../shared/metrics';

/** A pre-call that was let in: signed, well formed, with samples that are fit to clone. */
export interface PreCall {
  readonly event: PreCallEvent;
  /** One to five, all different. */
  readonly samples: readonly MeasuredSample[];
  /** When it reached us, in unix milliseconds. */
  readonly receivedAtMs: number;
  readonly deadline: Deadline;
}

/** What a pre-call works with. */
export interface PreCallDeps {
  readonly elevenLabs: Connection;
  readonly conversations: Conversations;
  readonly agents: Agents;
  readonly voices: Voices;
  readonly deletionJobs: DeletionJobs;
  /** Undefined when samples are not to be stored. */
  readonly samples: Samples | undefined;
  readonly installationId: () => Promise<string>;
  readonly settings: {
    readonly firstMessage: string;
    /** How long a claim is held, in milliseconds: the function's timeout and 30 s. */
    readonly leaseMs: number;
    readonly voiceTtlHours: number;
  };
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
