import type { Deadline } from '../../platform/deadline';
import type { VoiceDeletionDeps } from './deps';
import { giveBack } from './give-back';

/** Gives an agent its own voice back that has one of ours without a live conversation. Throws RetryLater, ElevenLabsError, ServiceError. */
export const restoreAgent = async (agentId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  deps.log.identify({ agent_id: agentId });
  await giveBack({ agentId, without: undefined }, deadline, deps);
};
