import type { CallArchive } from '../aws/call-archive';
import type { CallEvents } from '../aws/call-events';
import type { CloneJobs } from '../aws/clone-jobs';
import type { PostCallBodies } from '../aws/post-call-bodies';
import type { PostCallJobs } from '../aws/post-call-jobs';
import type { Connection } from '../elevenlabs/request';
import type { Calls } from '../ledger/calls';
import type { Records } from '../ledger/records';
import type { Meter } from '../platform/metrics';
import type { EndCallDeps } from '../voices/end/end-call';

/** What the post-call worker works with. */
export interface PostCallDeps extends EndCallDeps {
  readonly bodies: PostCallBodies;
  readonly records: Records;
  readonly archive: CallArchive;
  readonly calls: Calls;
  readonly cloneJobs: Pick<CloneJobs, 'enqueue'>;
  readonly jobs: PostCallJobs;
  readonly events: CallEvents;
  readonly elevenLabs: Connection;
  readonly settings: {
    readonly storesTranscripts: boolean;
    readonly storesAudio: boolean;
    /** The record of a call is kept this long, in seconds. */
    readonly recordKeptS: number;
  };
  readonly meter: Meter;
}
