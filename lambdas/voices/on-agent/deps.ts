import type { Connection } from '../../elevenlabs/request';
import type { Agents } from '../../ledger/agents';
import type { Voices } from '../../ledger/voices';
import type { Log } from '../../platform/log';

/** Dependencies for setting and restoring the voices of agents. */
export interface AgentVoiceDeps {
  readonly elevenLabs: Connection;
  readonly agents: Agents;
  readonly voices: Pick<Voices, 'read'>;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
}
