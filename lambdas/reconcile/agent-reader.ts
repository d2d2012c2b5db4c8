import { listBranches } from '../elevenlabs/agent-branches';
import { type AgentWithSetup, getAgentWithSetup } from '../elevenlabs/agent-setup';
import type { Connection } from '../elevenlabs/request';
import type { Deadline } from '../platform/deadline';
import type { AgentBranch } from '../voices/agent-branches';

/** How many agents are read at ElevenLabs at the same time. */
export const atOnce = 6;

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
  const known = new Map<string, Promise<T>>();
  return (agentId) => {
    const reading = known.get(agentId) ?? read(agentId);
    known.set(agentId, reading);
    return reading;
  };
};
