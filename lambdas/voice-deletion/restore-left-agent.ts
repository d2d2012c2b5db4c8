import { restoreAgent } from '../agent-voice/release';
import type { Deadline } from '../shared/deadline';
import type { VoiceDeletionDeps } from './deps';

/** Gives an agent its own voice back that has one of ours without a live conversation. Throws ComeBackLater, ElevenLabsError, ServiceError. */
export const restoreLeftAgent = async (agentId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  deps.log.identify({ agent_id: agentId });
  await restoreAgent({ agentId, without: undefined }, deadline, deps);
};
