import type { Connection } from '../elevenlabs/request';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Agents } from '../ledger/agents';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { SetupTerms } from './agent-findings';

/** What the set-up is checked with. */
export interface SetupCheckDeps {
  readonly elevenLabs: Connection;
  readonly agents: Pick<Agents, 'list'>;
  readonly setups: Pick<AgentSetups, 'record'>;
  /** Agents of the settings, beside those of the ledger. */
  readonly agentIds: readonly string[];
  readonly terms: SetupTerms;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
