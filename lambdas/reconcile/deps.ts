import type { DeletionJobs } from '../adapters/deletion-jobs';
import type { Connection } from '../adapters/elevenlabs/request';
import type { Agents } from '../adapters/ledger/agents';
import type { Conversations } from '../adapters/ledger/conversations';
import type { Voices } from '../adapters/ledger/voices';
import type { Log } from '../shared/log';
import type { Meter } from '../shared/metrics';

/** What reconcile works with. It changes nothing itself: it queues jobs. */
export interface ReconcileDeps {
  readonly elevenLabs: Connection;
  readonly conversations: Pick<Conversations, 'list' | 'read'>;
  readonly agents: Pick<Agents, 'list' | 'read'>;
  readonly voices: Pick<Voices, 'list' | 'read'>;
  readonly deletionJobs: DeletionJobs;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
