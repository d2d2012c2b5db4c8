import type { DeletionJobs } from '../adapters/deletion-jobs';
import type { CloneClaims } from '../adapters/ledger/clone-claims';
import type { Voices } from '../adapters/ledger/voices';
import type { StoredSamples } from '../adapters/stored-samples';
import type { ThreeCxCallDeps } from '../threecx-call/deps';

/** What the worker of clone jobs works with. */
export interface CloneWorkerDeps extends ThreeCxCallDeps {
  readonly claims: CloneClaims;
  readonly voices: Voices;
  readonly samples: StoredSamples;
  readonly deletionJobs: DeletionJobs;
  readonly installationId: () => Promise<string>;
  readonly cloneSettings: {
    /** How long a voice is kept, in seconds. */
    readonly cacheS: number;
    /** How long a claim is held, in milliseconds: the function's timeout and 30 s. */
    readonly leaseMs: number;
  };
  /** Waits; @default by the clock. */
  readonly pause: (ms: number) => Promise<unknown>;
}
