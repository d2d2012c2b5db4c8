import type { Connection } from '../../elevenlabs/request';
import type { Agents } from '../../ledger/agents';
import type { Voices } from '../../ledger/voices';
import type { Log } from '../../platform/log';

/** What putting voices on agents, and taking them off, works with. */
export interface AgentVoiceDeps {
  readonly elevenLabs: Connection;
  readonly agents: Agents;
  readonly voices: Pick<Voices, 'read'>;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
}
