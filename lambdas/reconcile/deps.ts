import type { DeletionJobs } from '../adapters/deletion-jobs';
import type { Connection } from '../adapters/elevenlabs/request';
import type { AgentSetups } from '../adapters/ledger/agent-setups';
import type { Agents } from '../adapters/ledger/agents';
import type { Conversations } from '../adapters/ledger/conversations';
import type { Looks } from '../adapters/ledger/looks';
import type { Records } from '../adapters/ledger/records';
import type { Voices } from '../adapters/ledger/voices';
import type { PostCallBodies } from '../adapters/post-call-bodies';
import type { PostCallJobs } from '../adapters/post-call-jobs';
import type { Log } from '../shared/log';
import type { Meter } from '../shared/metrics';

/** What reconcile works with. It changes nothing itself: it queues jobs, and records what it saw of agents. */
export interface ReconcileDeps {
  readonly elevenLabs: Connection;
  readonly conversations: Pick<Conversations, 'list' | 'read'>;
  readonly agents: Pick<Agents, 'list' | 'read'>;
  readonly setups: Pick<AgentSetups, 'record'>;
  readonly voices: Pick<Voices, 'list' | 'read'>;
  readonly deletionJobs: DeletionJobs;
  readonly records: Pick<Records, 'read'>;
  readonly looks: Looks;
  readonly bodies: Pick<PostCallBodies, 'store'>;
  readonly postCallJobs: PostCallJobs;
  /** Agents of the settings, beside those of the ledger. */
  readonly agentIds: readonly string[];
  /** How long the record of a call is kept, in seconds. */
  readonly recordKeptS: number;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
