import { getAgent } from '../../elevenlabs/agents';
import type { Connection } from '../../elevenlabs/request';
import type { Agents } from '../../ledger/agents';
import type { Deadline } from '../../platform/deadline';

/**
 * The agent's own first message: the one that the ledger keeps, else, for an agent that Precall never changed, the one
 * that it has. Undefined where it is not known. Throws ElevenLabsError, 503.
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
