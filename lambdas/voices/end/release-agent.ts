import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type Agent, inFlightPatches } from '../agent';
import { restoreAgent } from '../on-agent/restore-agent';
import type { VoiceDeletionDeps } from './deps';

/** Seconds after which an agent is read again while a PATCH may still land on it. */
const readAgainS = 5;

/**
 * Gives an agent back what it should have, first of all; then sees to it that nothing can bring `releasedVoiceId` any more, and
 * that no late PATCH disturbs an agent at rest. Counts when the agent could not be restored: until then it may speak with a
 * caller's voice. Throws RetryLater while that has to wait, ElevenLabsError, ServiceError.
 */
export const releaseAgent = async (
  agentId: string,
  releasedVoiceId: string | undefined,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const snapshot = await restored(agentId, deadline, deps);
  if (snapshot === undefined) return;
  const { seen, found } = snapshot;
  // Another conversation of the same caller may have the same voice on the same agent.
  if (releasedVoiceId !== undefined && seen.activation?.voice_id === releasedVoiceId) return;
  const untilMs = disturbedUntilMs(seen, releasedVoiceId, deps.nowMs());
  if (untilMs !== undefined)
    throw new RetryLater('pending_patch', Math.min(readAgainS, Math.max(1, (untilMs - deps.nowMs()) / 1000)));
  if (releasedVoiceId !== undefined && found.pair.voice_id === releasedVoiceId)
    throw new RetryLater('agent_restored', readAgainS);
};

/** Until when a PATCH may bring the released voice, or anything to an agent at rest, in unix milliseconds. */
const disturbedUntilMs = (agent: Agent, releasedVoiceId: string | undefined, nowMs: number): number | undefined => {
  const untils = inFlightPatches(agent, nowMs)
    .filter(
      ({ voice_id }) => agent.activation === undefined || (voice_id !== undefined && voice_id === releasedVoiceId),
    )
    .map(({ until }) => until);
  return untils.length === 0 ? undefined : Math.max(...untils);
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
