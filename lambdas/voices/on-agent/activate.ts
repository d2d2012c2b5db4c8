import { getAgent, type ProcedureVersions } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { applied } from '../../platform/transition';
import { type Activation, agentItem, isIdle, isSamePair } from '../agent';
import { activate } from '../agent-changes';
import type { AgentVoiceDeps } from './deps';
import { type AnnouncedPatch, newAnnouncement, sendPatch, settlePatch } from './patch-agent';
import {
  type AgentResponse,
  type AgentSnapshot,
  judgeAgent,
  keepFound,
  keepPersonsChange,
  readAgent,
} from './read-agent';
import { withdrawActivation } from './restore-agent';

/** What a branch of an agent should have. */
export interface WantedVoice {
  /** The key of the branch. */
  readonly agentId: string;
  readonly activation: Activation;
  /** The procedure versions in the PATCH; undefined to leave them out. */
  readonly procedures: ProcedureVersions | undefined;
}

/** A voice on an agent, confirmed by ElevenLabs. */
export interface PlacedVoice {
  /** The activation that this one replaced, if any. */
  readonly superseded: Activation | undefined;
  /** Resolves when the ledger has no entry of the PATCH, or that failed. Never rejects. */
  readonly settled: Promise<unknown>;
}

/**
 * Sets a conversation's voice and greeting on the agent: announces them in the ledger, then sends a PATCH. If other
 * conversations change the agent meanwhile, repeats this with the newest state. Returns once the PATCH is confirmed.
 * Throws ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const activateVoice = async (
  { agentId, activation, procedures }: WantedVoice,
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<PlacedVoice> => {
  const { log, nowMs } = deps;
  const startedMs = nowMs();
  log.info('agent_update_start', { voice_id: activation.voice_id });
  try {
    const { announced, superseded } = await announceActivation(agentId, activation, snapshot, deadline, deps);
    const confirmed = await sendPatch({ ...announced, procedures }, deadline, deps);
    log.info('agent_update_success', { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    // The PATCH is confirmed: the pending entry and the next change handle later failures.
    const settled = settlePatch(confirmed, deadline, deps).catch((error: unknown) =>
      log.error('agent_convergence_failed', error),
    );
    return { superseded, settled };
  } catch (error) {
    log.error('agent_update_failed', error, { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    throw error;
  }
};

/** The agent's newest state: in the ledger and, if it had to be read there, at ElevenLabs. */
type LastKnown = Pick<AgentSnapshot, 'agent' | 'baseline'> & Partial<AgentSnapshot>;

/**
 * Writes the activation and its pending entry in one write. If someone else changed the agent meanwhile, starts again
 * from the new state.
 */
const announceActivation = async (
  agentId: string,
  activation: Activation,
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<{ readonly announced: Omit<AnnouncedPatch, 'procedures'>; readonly superseded: Activation | undefined }> => {
  const announcement = newAnnouncement(deadline);
  const { voice_id, first_message, conversation_id: conversationId } = activation;
  const hasVersions = snapshot.observed.version !== undefined;
  let last: LastKnown = snapshot;
  while (deadline.leftMs() > 0) {
    const transition = activate(agentId, last.agent, { activation, ...last }, { ...announcement, nowMs: deps.nowMs() });
    const [isWritten, again] = await Promise.all([
      deps.agents.write(agentId, transition),
      hasVersions ? undefined : getAgent(deps.elevenLabs, agentId, deadline),
    ]);
    if (isWritten) {
      const superseded = noteSuperseded(conversationId, last.agent.activation, deps);
      const agent = agentItem.parse(applied(transition, last.agent));
      const version =
        again === undefined
          ? agent.version
          : await keepChangeSince({ agentId, agent, response: again }, deadline, deps);
      const announced = { agentId, attempt: announcement.attempt, version, pair: { voice_id, first_message } };
      if (deadline.leftMs() > 0) return { announced, superseded };
      // Nobody waits for the activation now, and its voice may be gone.
      await withdrawActivation({ agentId, conversationId, voiceId: voice_id }, deps);
      break;
    }
    last = await readLastKnown(agentId, deadline, deps);
  }
  throw new ElevenLabsError('unavailable', 'deadline_passed');
};

/** Reads the agent's last known state. The ledger has the baseline of an agent that is not idle. */
const readLastKnown = async (agentId: string, deadline: Deadline, deps: AgentVoiceDeps): Promise<LastKnown> => {
  const agent = await deps.agents.read(agentId);
  return isIdle(agent, deps.nowMs()) ? readAgent(agentId, deadline, deps) : { agent, baseline: agent.baseline ?? {} };
};

/**
 * Keeps what a person set since the first reading, because an agent without versions does not show what a PATCH
 * overwrote. Returns the ledger's version for the PATCH.
 */
const keepChangeSince = async (
  { agentId, agent, response }: AgentResponse,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<number> => {
  const snapshot = await judgeAgent({ agentId, agent, response }, deadline, deps);
  if (isSamePair(snapshot.baseline, agent.baseline ?? {})) return agent.version;
  if (await keepFound(agentId, snapshot, deps)) return agent.version + 1;
  await keepPersonsChange(agentId, deadline, deps);
  return agent.version;
};

/**
 * Returns the activation of another conversation that this one replaced. Logs a line for each of the two, because the
 * other conversation's caller now hears this voice.
 */
const noteSuperseded = (
  conversationId: string,
  superseded: Activation | undefined,
  { log }: Pick<AgentVoiceDeps, 'log'>,
): Activation | undefined => {
  if (superseded === undefined || superseded.conversation_id === conversationId) return undefined;
  log.warn('agent_activation_superseded', { superseded_conversation_id: superseded.conversation_id });
  log.warn('agent_activation_superseded', {
    conversation_id: superseded.conversation_id,
    superseding_conversation_id: conversationId,
  });
  return superseded;
};
