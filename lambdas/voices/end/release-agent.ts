import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { judgeRelease } from '../agent-decision';
import { restoreAgent } from '../on-agent/restore-agent';
import type { VoiceDeletionDeps } from './deps';

/** Seconds after which an agent is read again at the earliest while a PATCH may still land on it. */
const readAgainS = 5;

/**
 * Gives an agent back what it should have, first of all; then sees to it that nothing can bring `releasedVoiceId` any
 * more, and that no late PATCH disturbs an agent at rest. Counts when the agent could not be restored: until then it
 * may speak with a caller's voice. Throws RetryLater while that has to wait, ElevenLabsError, ServiceError.
 */
export const releaseAgent = async (
  agentId: string,
  releasedVoiceId: string | undefined,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const snapshot = await restored(agentId, deadline, deps);
  if (snapshot === undefined) return;
  const verdict = judgeRelease(snapshot.seen, snapshot.found, releasedVoiceId, deps.nowMs());
  if (verdict.may === 'go-on') return;
  const leftS = verdict.untilMs === undefined ? readAgainS : (verdict.untilMs - deps.nowMs()) / 1000;
  // A job that waits more than six times pauses for long: halving what is left takes fewer looks than that.
  throw new RetryLater(verdict.blockedBy, leftS <= readAgainS ? Math.max(1, leftS) : Math.max(readAgainS, leftS / 2));
};

const restored = async (
  agentId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): ReturnType<typeof restoreAgent> => {
  try {
    return await restoreAgent(agentId, deadline, deps);
  } catch (error) {
    if (error instanceof ElevenLabsError || error instanceof RetryLater) deps.meter.count('AgentRestoresFailed');
    throw error;
  }
};
