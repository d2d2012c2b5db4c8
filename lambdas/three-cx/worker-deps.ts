import type { Bucket } from '../aws/bucket';
import type { DeletionJobs } from '../aws/job-queue';
import type { ThreeCxCallDeps } from './deps';

/** Dependencies of the clone worker. */
export interface CloneWorkerDeps extends ThreeCxCallDeps {
  readonly samples: Pick<Bucket, 'get'>;
  readonly deletionJobs: DeletionJobs;
  readonly installationId: () => Promise<string>;
  readonly cloneSettings: {
    /** How long a cached voice is kept, in seconds. */
    readonly cacheS: number;
    /** Lease of a claim, in milliseconds: the function's timeout plus 30 s. */
    readonly leaseMs: number;
  };
  /** Whether ElevenLabs removes background noise from samples. @default false */
  readonly removesNoise?: boolean;
}
