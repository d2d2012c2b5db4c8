import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { restoreAgent } from '../on-agent/release';
import type { VoiceDeletionDeps } from './deps';

/**
 * Gives an agent back what it should have, as restoreAgent does, and counts when that did not come about: until then it may speak
 * with a caller's voice. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const giveBack = async (
  agent: Parameters<typeof restoreAgent>[0],
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  try {
    await restoreAgent(agent, deadline, deps);
  } catch (error) {
    const isLeft =
      error instanceof ElevenLabsError || (error instanceof RetryLater && error.blockedBy === 'agent_restored');
    if (isLeft) deps.meter.count('AgentRestoresFailed');
    throw error;
  }
};
