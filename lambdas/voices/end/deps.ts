import type { Bucket } from '../../aws/bucket';
import type { JobSink } from '../../ledger/aggregate';
import type { Callers } from '../../ledger/callers';
import type { Conversations } from '../../ledger/conversations';
import type { Voices } from '../../ledger/voices';
import type { Meter } from '../../platform/metrics';
import type { DeletionJob } from '../deletion-job';
import type { AgentRestoreDeps } from '../on-agent/deps';

/** Dependencies of the voice-deletion worker. */
export interface VoiceDeletionDeps extends AgentRestoreDeps {
  readonly conversations: Conversations;
  readonly voices: Voices;
  readonly callers: Callers;
  /** Undefined if samples are kept after their voice is deleted. */
  readonly samples: Pick<Bucket, 'remove'> | undefined;
  readonly deletionJobs: JobSink<DeletionJob>;
  /** The longest possible call, in seconds. */
  readonly longestCallS: number;
  readonly meter: Meter;
  /** Called after a voice was deleted. */
  readonly onDeleted?: () => void;
}
