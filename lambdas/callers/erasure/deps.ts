import type { Bucket } from '../../aws/bucket';
import type { DeletionJobs, ErasureJobs } from '../../aws/job-queue';
import type { Connection } from '../../elevenlabs/request';
import type { Agents } from '../../ledger/agents';
import type { Callers } from '../../ledger/callers';
import type { Calls } from '../../ledger/calls';
import type { Conversations } from '../../ledger/conversations';
import type { Erasures } from '../../ledger/erasures';
import type { Exports } from '../../ledger/exports';
import type { HeldItems } from '../../ledger/held-items';
import type { Records } from '../../ledger/records';
import type { UnknownEvents } from '../../ledger/unknown-events';
import type { Voices } from '../../ledger/voices';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';

/** Dependencies of the erasure worker. The voice-deletion worker deletes voices and restores agents. */
export interface ErasureDeps {
  readonly erasures: Erasures;
  readonly callers: Pick<Callers, 'read' | 'erase'>;
  readonly conversations: Conversations;
  readonly voices: Pick<Voices, 'read' | 'list' | 'purge'>;
  readonly agents: Pick<Agents, 'read' | 'write'>;
  readonly records: Pick<Records, 'read' | 'list' | 'erase'>;
  readonly unknownEvents: Pick<UnknownEvents, 'list' | 'remove'>;
  readonly calls: Pick<Calls, 'list' | 'write'>;
  readonly exports: Pick<Exports, 'list' | 'read' | 'write' | 'remove'>;
  readonly items: Pick<HeldItems, 'listKeys'>;
  readonly objects: Pick<Bucket, 'list' | 'remove'>;
  readonly deletionJobs: DeletionJobs;
  readonly jobs: ErasureJobs;
  /** Undefined if conversations at ElevenLabs are not to be deleted. */
  readonly elevenLabs: Connection | undefined;
  /** The longest possible call, in seconds. A live call keeps its voice that long. */
  readonly longestCallS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
