import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { type Activation, expiredAttempts, isIdle, withGreeting } from '../agent';
import { type AgentSnapshot, takeAgentSnapshot } from './agent-snapshot';
import { type AnnouncedPatch, newPending, sendPatch, settlePatch } from './apply';
import type { AgentVoiceDeps } from './deps';
import { withdrawActivation } from './release';

/**
 * Puts a conversation's voice and greeting on the agent: announces it in the ledger, PATCHes, and repeats that with what is
 * newest for as long as other conversations change the agent meanwhile. Returns once a PATCH with this conversation's pair
 * was confirmed. Throws ElevenLabsError, ServiceError.
 */
export const activateVoice = async (
  { agentId, activation }: { agentId: string; activation: Activation },
  look: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<void> => {
  const { log, nowMs } = deps;
  const startedMs = nowMs();
  log.info('agent_update_start', { voice_id: activation.voice_id });
  try {
    const announced = await announce(agentId, activation, look, deadline, deps);
    const confirmed = await sendPatch(announced, deadline, deps);
    log.info('agent_update_success', { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    // The caller has its confirmed PATCH: what fails from here on is left to the pending entry and to the next change.
    await settlePatch(confirmed, deadline, deps).catch((error: unknown) =>
      log.error('agent_convergence_failed', error),
    );
  } catch (error) {
    log.error('agent_update_failed', error, { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    throw error;
  }
};

/** Writes the activation and its pending entry as one; when somebody else changed the agent meanwhile, starts from there. */
const announce = async (
  agentId: string,
  activation: Activation,
  look: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AnnouncedPatch> => {
  const pending = newPending(activation.voice_id, deadline);
  const pair = { voice_id: activation.voice_id, first_message: activation.first_message };
  for (let from: Pick<AgentSnapshot, 'seen' | 'baseline'> & Partial<AgentSnapshot> = look; deadline.leftMs() > 0;) {
    const { seen, baseline, found } = from;
    const greetings = withGreeting(seen, found?.first_message, activation.first_message);
    const change = { baseline, activation, greetings, pending, expired: expiredAttempts(seen, deps.nowMs()) };
    if (await deps.agents.change(agentId, seen.version, change)) {
      if (deadline.leftMs() > 0) return { agentId, attempt: pending.attempt, version: seen.version + 1, pair };
      // Nobody waits for it any more, and its voice may be gone by now.
      await withdrawActivation({ agentId, conversationId: activation.conversation_id, voiceId: pair.voice_id }, deps);
      break;
    }
    const now = await deps.agents.read(agentId);
    // Whoever made the agent live has stored its baseline.
    from = isIdle(now, deps.nowMs())
      ? await takeAgentSnapshot(agentId, deadline, deps)
      : { seen: now, baseline: now.baseline ?? {} };
  }
  throw new ElevenLabsError('unavailable', 'deadline_passed', false);
};
