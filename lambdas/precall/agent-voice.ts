import { getAgentVoice, patchAgentVoice } from '../adapters/elevenlabs/agents';
import type { Pending } from '../adapters/ledger/agents';
import {
  type Activation,
  type AgentVoices,
  type Baseline,
  baselineAfterLook,
  desiredPair,
  expiredAttempts,
  isIdle,
  withActivation,
} from '../domain/agent-voice';
import type { Deadline } from '../shared/deadline';
import type { PreCallDeps } from './deps';
import { toServiceError, updatingAgent } from './failures';

/** A PATCH may still land this long after its sender gave up on it. */
const lateLandingMs = 30_000;

/** The agent as the ledger had it, and the baseline that a change from there keeps. */
export interface AgentLook {
  readonly seen: AgentVoices;
  readonly baseline: Baseline | undefined;
}

/**
 * Reads the agent from the ledger and, when it is idle there, its baseline from ElevenLabs, in this order. Needs no voice
 * yet, so it runs beside the clone. Throws ServiceError.
 */
export const lookAtAgent = async (agentId: string, deadline: Deadline, deps: PreCallDeps): Promise<AgentLook> => {
  const seen = await deps.agents.read(agentId);
  if (!isIdle(seen, deps.nowMs())) return { seen, baseline: seen.baseline };
  const found = await getAgentVoice(deps.elevenLabs, agentId, deadline).catch((error: unknown) => {
    throw toServiceError(error, updatingAgent);
  });
  const isOurs = found.voice_id !== undefined && (await deps.voices.isOurs(found.voice_id));
  if (isOurs) deps.log.warn('agent_found_with_our_voice', { voice_id: found.voice_id });
  return { seen, baseline: baselineAfterLook(seen.baseline, found, isOurs) };
};

/**
 * Puts a conversation's voice and greeting on the agent: announces it in the ledger, PATCHes, and repeats the PATCH with
 * what is newest for as long as other conversations change the agent meanwhile. Returns once a PATCH with this
 * conversation's pair was confirmed. Throws ServiceError.
 */
export const activateVoice = async (
  { agentId, attempt, activation }: { agentId: string; attempt: string; activation: Activation },
  look: AgentLook,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<void> => {
  const { agents, log, elevenLabs, nowMs } = deps;
  const pending = (voiceId: string): Pending => ({ attempt, voiceId, untilMs: deadline.atMs + lateLandingMs });
  const startedMs = nowMs();
  log.info('agent_update_start', { voice_id: activation.voice_id });
  try {
    const version = await announce(agentId, activation, pending(activation.voice_id), look, deadline, deps);
    await patchAgentVoice(elevenLabs, agentId, activation, deadline);
    log.info('agent_update_success', { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    if (!(await agents.removePending(agentId, version, attempt))) await converge(agentId, pending, deadline, deps);
  } catch (error) {
    log.error('agent_update_failed', error, { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    throw toServiceError(error, updatingAgent);
  }
};

/** Writes the activation and its pending entry; when somebody else changed the agent meanwhile, looks again first. */
const announce = async (
  agentId: string,
  activation: Activation,
  pending: Pending,
  firstLook: AgentLook,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<number> => {
  for (let look = firstLook; ; look = await lookAtAgent(agentId, deadline, deps)) {
    const { seen, baseline } = look;
    const activations = withActivation(seen.activations, activation);
    const change = { baseline, activations, pending, expired: expiredAttempts(seen, deps.nowMs()) };
    if (await deps.agents.change(agentId, seen.version, change)) return seen.version + 1;
  }
};

/**
 * Our PATCH may have landed after a newer one: applies what the agent should have now until that stands still. The caller
 * has got its confirmed PATCH already, so a failure here is left to the pending entry and whoever changes the agent next.
 */
const converge = async (
  agentId: string,
  pending: (voiceId: string) => Pending,
  deadline: Deadline,
  { agents, elevenLabs, log }: PreCallDeps,
): Promise<void> => {
  try {
    while (deadline.leftMs() > 0) {
      const now = await agents.read(agentId);
      const desired: Baseline = desiredPair(now) ?? now.baseline ?? {};
      const entry = pending(desired.voice_id ?? 'none');
      if (!(await agents.addPending(agentId, now.version, entry))) continue;
      await patchAgentVoice(elevenLabs, agentId, desired, deadline);
      if (await agents.removePending(agentId, now.version, entry.attempt)) return;
    }
  } catch (error) {
    log.error('agent_convergence_failed', error);
  }
};
