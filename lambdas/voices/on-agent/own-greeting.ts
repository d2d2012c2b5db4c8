import { getAgent } from '../../elevenlabs/agents';
import type { Connection } from '../../elevenlabs/request';
import type { Agents } from '../../ledger/agents';
import type { Deadline } from '../../platform/deadline';

/**
 * Returns the agent's own first message: from the ledger or, if Precall never changed the agent, from ElevenLabs.
 * Returns undefined if it is unknown. Throws ElevenLabsError when ElevenLabs fails, 503 when the ledger fails.
 */
export const readOwnMessage = async (
  agentId: string,
  deadline: Deadline,
  { agents, elevenLabs }: { readonly agents: Pick<Agents, 'read'>; readonly elevenLabs: Connection },
): Promise<string | undefined> => {
  const { baseline, version } = await agents.read(agentId);
  if (baseline?.first_message !== undefined || version > 0) return baseline?.first_message;
  return (await getAgent(elevenLabs, agentId, deadline)).pair.first_message;
};
