import type { Connection } from '../adapters/elevenlabs/request';
import type { AgentSetups } from '../adapters/ledger/agent-setups';
import type { Agents } from '../adapters/ledger/agents';
import type { SetupTerms } from '../domain/setup/agent-findings';
import type { Log } from '../shared/log';
import type { Meter } from '../shared/metrics';

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
