import type { Bucket } from '../../aws/bucket';
import type { Connection } from '../../elevenlabs/request';
import type { Callers } from '../../ledger/callers';
import type { Calls } from '../../ledger/calls';
import type { Conversations } from '../../ledger/conversations';
import type { Exports } from '../../ledger/exports';
import type { HeldItems } from '../../ledger/held-items';
import type { Records } from '../../ledger/records';
import type { UnknownEvents } from '../../ledger/unknown-events';
import type { Voices } from '../../ledger/voices';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';

/** Sources of an archive. */
export interface ArchiveDeps {
  readonly callers: Pick<Callers, 'read'>;
  readonly conversations: Pick<Conversations, 'read' | 'list'>;
  readonly voices: Pick<Voices, 'list'>;
  readonly records: Pick<Records, 'list'>;
  readonly calls: Pick<Calls, 'list'>;
  readonly unknownEvents: Pick<UnknownEvents, 'list'>;
  readonly items: HeldItems;
  readonly objects: Pick<Bucket, 'list' | 'open'>;
  readonly elevenLabs: Connection;
  readonly nowMs: () => number;
}

/** Dependencies of the export worker. */
export interface ExportDeps extends ArchiveDeps {
  readonly exports: Pick<Exports, 'read' | 'write'>;
  readonly archives: Pick<Bucket, 'putStream' | 'remove'>;
  readonly log: Log;
  readonly meter: Meter;
}
