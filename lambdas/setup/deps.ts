import type { Connection } from '../elevenlabs/request';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Agents } from '../ledger/agents';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { SetupTerms } from './agent-findings';

/** Dependencies of the set-up check. */
export interface SetupCheckDeps {
  readonly elevenLabs: Connection;
  readonly agents: Pick<Agents, 'list' | 'read' | 'write'>;
  readonly setups: Pick<AgentSetups, 'record'>;
  /** The agents in the settings. The ledger knows more. */
  readonly agentIds: readonly string[];
  readonly terms: SetupTerms;
  /** The address of this installation, as the request used it. @default unknown: webhooks are judged by their path */
  readonly baseUrl?: string | undefined;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
