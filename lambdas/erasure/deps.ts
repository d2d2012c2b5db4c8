import type { DeletionJobs } from '../adapters/deletion-jobs';
import type { Agents } from '../adapters/ledger/agents';
import type { CallTraces } from '../adapters/ledger/call-traces';
import type { Callers } from '../adapters/ledger/callers';
import type { Conversations } from '../adapters/ledger/conversations';
import type { Erasures } from '../adapters/ledger/erasures';
import type { Records } from '../adapters/ledger/records';
import type { Voices } from '../adapters/ledger/voices';
import type { StoredObjects } from '../adapters/stored-objects';
import type { Log } from '../shared/log';
import type { Meter } from '../shared/metrics';

/** What the worker of erasures works with. What is at ElevenLabs it leaves to the worker of deletion jobs. */
export interface ErasureDeps {
  readonly erasures: Pick<Erasures, 'read' | 'remember' | 'finish'>;
  readonly callers: Pick<Callers, 'read' | 'erase'>;
  readonly conversations: Conversations;
  readonly voices: Pick<Voices, 'read' | 'list' | 'forget'>;
  readonly agents: Pick<Agents, 'read' | 'change' | 'dropPending'>;
  readonly records: Pick<Records, 'read' | 'list' | 'erase'>;
  readonly calls: CallTraces;
  readonly objects: StoredObjects;
  readonly deletionJobs: DeletionJobs;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
