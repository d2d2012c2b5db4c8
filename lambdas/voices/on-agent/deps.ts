import type { Connection } from '../../elevenlabs/request';
import type { Agents } from '../../ledger/agents';
import type { Voices } from '../../ledger/voices';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';

/** Dependencies for setting and restoring the voices of agents. */
export interface AgentVoiceDeps {
  readonly elevenLabs: Connection;
  readonly agents: Agents;
  readonly voices: Pick<Voices, 'read'>;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/** Dependencies for restoring agents. */
export interface AgentRestoreDeps extends AgentVoiceDeps {
  /** Substitutes for an agent's voice that ElevenLabs refuses, in the order to try. */
  readonly standInVoiceIds: readonly string[];
  readonly meter: Pick<Meter, 'count'>;
  /** Called each time an agent was restored. */
  readonly onRestored?: () => void;
}
