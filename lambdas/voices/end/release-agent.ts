import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { judgeRelease } from '../agent-decision';
import { restoreAgent } from '../on-agent/restore-agent';
import type { VoiceDeletionDeps } from './deps';

/** Seconds after which an agent is read again while a PATCH may still land on it. */
const readAgainS = 5;

/** Seconds after which the restoring of an agent that failed is tried again. */
const restoreAgainS = 30;

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
  throw new RetryLater(verdict.blockedBy, Math.max(1, Math.min(readAgainS, leftS)));
};

/** A restore that failed is tried again soon, for as long as it takes: until then strangers hear the caller's voice. */
const restored = async (
  agentId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): ReturnType<typeof restoreAgent> => {
  try {
    return await restoreAgent(agentId, deadline, deps);
  } catch (error) {
    if (!(error instanceof ElevenLabsError || error instanceof RetryLater)) throw error;
    deps.meter.count('AgentRestoresFailed');
    if (error instanceof RetryLater) throw error;
    deps.log.error('agent_not_restored', error, { agent_id: agentId });
    throw new AgentNotRestored(error.kind === 'refused' || error.kind === 'access', restoreAgainS);
  }
};

/** Thrown while ElevenLabs does not take an agent's own voice back. */
export class AgentNotRestored extends RetryLater {
  constructor(
    /** Whether ElevenLabs refused, so that waiting may never help. */
    readonly isRefused: boolean,
    afterS: number,
  ) {
    super('agent_restored', afterS);
  }
}
