import type { Bucket } from '../aws/bucket';
import type { DeletionJobs, PostCallJobs } from '../aws/job-queue';
import type { Connection } from '../elevenlabs/request';
import type { AgentReadingStore } from '../ledger/agent-readings';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Agents } from '../ledger/agents';
import type { Conversations } from '../ledger/conversations';
import type { ReconcileCursor } from '../ledger/reconcile-cursor';
import type { Records } from '../ledger/records';
import type { Voices } from '../ledger/voices';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';

/** Dependencies of reconcile. It only queues jobs and records the set-up of agents. */
export interface ReconcileDeps {
  readonly elevenLabs: Connection;
  readonly conversations: Pick<Conversations, 'list' | 'readMany'>;
  readonly agents: Pick<Agents, 'list' | 'read' | 'versions'>;
  readonly agentReadings: AgentReadingStore;
  readonly setups: Pick<AgentSetups, 'record'>;
  readonly voices: Pick<Voices, 'list' | 'listEntries' | 'read' | 'readMany'>;
  readonly deletionJobs: DeletionJobs;
  readonly records: Pick<Records, 'readMany'>;
  readonly cursor: ReconcileCursor;
  readonly bodies: Pick<Bucket, 'put'>;
  /** Undefined if post-call events are not deployed. Reconcile then does not search for missed calls. */
  readonly postCallJobs: Pick<PostCallJobs, 'enqueue'> | undefined;
  /** The agents in the settings. The ledger knows more. */
  readonly agentIds: readonly string[];
  /** The longest possible call, in seconds. */
  readonly longestCallS: number;
  /** How long a call's record is stored, in seconds. */
  readonly recordKeptS: number;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
