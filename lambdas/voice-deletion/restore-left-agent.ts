import { restoreAgent, withdrawActivation } from '../agent-voice/release';
import type { Deadline } from '../shared/deadline';
import type { VoiceDeletionDeps } from './deps';

/**
 * Gives an agent its own voice back that has one of ours without a live conversation; an activation is live while its voice has
 * the conversation as a user. Throws ComeBackLater, ElevenLabsError, ServiceError.
 */
export const restoreLeftAgent = async (agentId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  deps.log.identify({ agent_id: agentId });
  const { activation } = await deps.agents.read(agentId);
  if (activation !== undefined) {
    const { conversation_id: conversationId, voice_id: voiceId } = activation;
    const users = (await deps.voices.read(voiceId))?.users ?? {};
    if (!(conversationId in users)) await withdrawActivation({ agentId, conversationId, voiceId }, deps);
  }
  await restoreAgent({ agentId, without: undefined }, deadline, deps);
};
