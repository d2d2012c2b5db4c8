import type { CallArchive } from '../adapters/call-archive';
import type { CallEvents } from '../adapters/call-events';
import type { CloneJobs } from '../adapters/clone-jobs';
import type { Connection } from '../adapters/elevenlabs/request';
import type { Calls } from '../adapters/ledger/calls';
import type { Records } from '../adapters/ledger/records';
import type { PostCallBodies } from '../adapters/post-call-bodies';
import type { PostCallJobs } from '../adapters/post-call-jobs';
import type { EndCallDeps } from '../conversation-end/end-call';
import type { Meter } from '../shared/metrics';

/** What the worker of post-call events works with. */
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
    /** How long the record of a call is kept, in seconds. */
    readonly recordKeptS: number;
  };
  readonly meter: Meter;
}
