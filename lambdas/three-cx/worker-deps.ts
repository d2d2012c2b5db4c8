import type { Bucket } from '../aws/bucket';
import type { DeletionJobs } from '../aws/job-queue';
import type { ThreeCxCallDeps } from './deps';

/** Dependencies of the clone worker. */
export interface CloneWorkerDeps extends ThreeCxCallDeps {
  readonly samples: Pick<Bucket, 'get'>;
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
