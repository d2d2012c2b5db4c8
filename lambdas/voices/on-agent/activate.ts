import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { activate, type Activation, isIdle } from '../agent';
import type { AgentVoiceDeps } from './deps';
import { type AnnouncedPatch, newAnnouncement, sendPatch, settlePatch } from './patch-agent';
import { type AgentSnapshot, readAgent } from './read-agent';
import { withdrawActivation } from './restore-agent';

/**
 * Puts a conversation's voice and greeting on the agent: announces it in the ledger, PATCHes, and repeats that with
 * what is newest for as long as other conversations change the agent meanwhile. Returns once a PATCH with this
 * conversation's pair was confirmed, with the activation that it took the place of, if
 * any. Throws ElevenLabsError, ServiceError.
 */
export const activateVoice = async (
  { agentId, activation }: { agentId: string; activation: Activation },
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<Activation | undefined> => {
  const { log, nowMs } = deps;
  const startedMs = nowMs();
  log.info('agent_update_start', { voice_id: activation.voice_id });
  try {
    const { announced, superseded } = await announceActivation(agentId, activation, snapshot, deadline, deps);
    const confirmed = await sendPatch(announced, deadline, deps);
    log.info('agent_update_success', { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    // The caller has its confirmed PATCH: what fails from here on is left to the pending entry and to the next change.
    await settlePatch(confirmed, deadline, deps).catch((error: unknown) =>
      log.error('agent_convergence_failed', error),
    );
    return superseded;
  } catch (error) {
    log.error('agent_update_failed', error, { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    throw error;
  }
};

/**
 * Writes the activation and its pending entry as one; when somebody else changed the agent meanwhile, starts from
 * there.
 */
const announceActivation = async (
  agentId: string,
  activation: Activation,
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<{ readonly announced: AnnouncedPatch; readonly superseded: Activation | undefined }> => {
  const announcement = newAnnouncement(deadline);
  const { voice_id, first_message, conversation_id: conversationId } = activation;
  const pair = { voice_id, first_message };
  for (let from: Pick<AgentSnapshot, 'seen' | 'baseline'> & Partial<AgentSnapshot> = snapshot; deadline.leftMs() > 0;) {
    const { seen, baseline, found } = from;
    const wanted = { activation, baseline, ...(found !== undefined && { found: found.pair }) };
    if (await deps.agents.write(agentId, activate(agentId, seen, wanted, announcement, deps.nowMs()))) {
      const superseded = supersededBy(conversationId, seen.activation, deps);
      const announced = { agentId, attempt: announcement.attempt, version: seen.version + 1, pair };
      if (deadline.leftMs() > 0) return { announced, superseded };
      // Nobody waits for it any more, and its voice may be gone by now.
      await withdrawActivation({ agentId, conversationId, voiceId: voice_id }, deps);
      break;
    }
    const now = await deps.agents.read(agentId);
    // Whoever made the agent live has stored its baseline.
    from = isIdle(now, deps.nowMs())
      ? await readAgent(agentId, deadline, deps)
      : { seen: now, baseline: now.baseline ?? {} };
  }
  throw new ElevenLabsError('unavailable', 'deadline_passed', false);
};

/** Logs the line that explains a wrong voice later: from now on the other conversation's caller hears this one's. */
const supersededBy = (
  conversationId: string,
  other: Activation | undefined,
  { log }: Pick<AgentVoiceDeps, 'log'>,
): Activation | undefined => {
  if (other === undefined || other.conversation_id === conversationId) return undefined;
  log.warn('agent_activation_superseded', { superseded_conversation_id: other.conversation_id });
  return other;
};
