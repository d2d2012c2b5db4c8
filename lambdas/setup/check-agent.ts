import { getAgentSetup } from '../elevenlabs/agent-setup';
import type { Connection } from '../elevenlabs/request';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Deadline } from '../platform/deadline';
import type { AgentSetup } from './agent-setup';
import type { AgentDetails } from './details';

/** Dependencies for checking an agent. */
export interface AgentCheckDeps {
  readonly elevenLabs: Connection;
  readonly setups: Pick<AgentSetups, 'record'>;
  readonly nowMs: () => number;
}

/** Reads an agent's set-up from ElevenLabs and records which fields calls may override. Throws ElevenLabsError, 503. */
export const checkAgent = async (
  agentId: string,
  deadline: Deadline,
  { elevenLabs, setups, nowMs }: AgentCheckDeps,
): Promise<{ readonly setup: AgentSetup; readonly details: AgentDetails }> => {
  const details = await getAgentSetup(elevenLabs, agentId, deadline);
  const setup = { overrides: details.overrides, checked_at: Math.floor(nowMs() / 1000) };
  await setups.record(agentId, setup);
  return { setup, details };
};
