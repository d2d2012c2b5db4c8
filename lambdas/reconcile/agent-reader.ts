import { listBranches } from '../elevenlabs/agent-branches';
import { type AgentWithSetup, getAgentWithSetup } from '../elevenlabs/agent-setup';
import type { Connection } from '../elevenlabs/request';
import type { Deadline } from '../platform/deadline';
import type { AgentBranch } from '../voices/agent-branches';

/** How many agents are read at ElevenLabs in parallel. */
export const agentsInParallel = 6;

/** Reads agents at ElevenLabs, each once per run. All methods reject with ElevenLabsError on failure. */
export interface AgentReader {
  readonly main: (agentId: string) => Promise<AgentWithSetup>;
  readonly branches: (agentId: string) => Promise<readonly AgentBranch[]>;
}

/** Creates the reader of a run. */
export const agentReader = (connection: Connection, deadline: Deadline): AgentReader => ({
  main: once((agentId) => getAgentWithSetup(connection, agentId, deadline)),
  branches: once((agentId) => listBranches(connection, agentId, deadline)),
});

const once = <T>(read: (agentId: string) => Promise<T>): ((agentId: string) => Promise<T>) => {
  const readings = new Map<string, Promise<T>>();
  return (agentId) => {
    const reading = readings.get(agentId) ?? read(agentId);
    readings.set(agentId, reading);
    return reading;
  };
};
