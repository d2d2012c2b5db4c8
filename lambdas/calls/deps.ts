import type { Bucket } from '../aws/bucket';
import type { CallEvents } from '../aws/call-events';
import type { CloneJobs, PostCallJobs } from '../aws/job-queue';
import type { Connection } from '../elevenlabs/request';
import type { Calls } from '../ledger/calls';
import type { Records } from '../ledger/records';
import type { UnknownEvents } from '../ledger/unknown-events';
import type { Meter } from '../platform/metrics';
import type { EndCallDeps } from '../voices/end/end-call';

/** Dependencies of the post-call worker. */
export interface PostCallDeps extends EndCallDeps {
  readonly bodies: Pick<Bucket, 'get' | 'remove'>;
  readonly records: Records;
  readonly unknownEvents: Pick<UnknownEvents, 'note' | 'remove'>;
  readonly archive: Pick<Bucket, 'name' | 'put' | 'putStream' | 'remove'>;
  readonly calls: Calls;
  readonly cloneJobs: Pick<CloneJobs, 'enqueue'>;
  readonly jobs: Pick<PostCallJobs, 'enqueue'>;
  readonly events: CallEvents;
  readonly elevenLabs: Connection;
  readonly settings: {
    readonly storesTranscripts: boolean;
    readonly storesAudio: boolean;
    /** Whether erased callers' conversations are deleted at ElevenLabs too. */
    readonly erasesAtElevenLabs: boolean;
    /** How long a call's record is stored, in seconds. */
    readonly recordKeptS: number;
    /** How long an event's body is stored, in seconds. */
    readonly bodyKeptS: number;
  };
  readonly meter: Meter;
}
