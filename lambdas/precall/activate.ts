import { randomUUID } from 'node:crypto';
import { getAgentVoice, patchAgentVoice } from '../adapters/elevenlabs/agents';
import { ElevenLabsError } from '../adapters/elevenlabs/errors';
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
 * Puts a conversation's voice and greeting on the agent: announces it in the ledger, PATCHes, and repeats that with what is
 * newest for as long as other conversations change the agent meanwhile. Returns once a PATCH with this conversation's pair
 * was confirmed. Throws ServiceError.
 */
export const activateVoice = async (
  { agentId, activation }: { agentId: string; activation: Activation },
  look: AgentLook,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<void> => {
  const { log, nowMs } = deps;
  const startedMs = nowMs();
  const attempt = randomUUID();
  log.info('agent_update_start', { voice_id: activation.voice_id });
  try {
    const version = await announce(agentId, attempt, activation, look, deadline, deps);
    const isSettled = await patchAgentVoice(deps.elevenLabs, agentId, activation, deadline);
    log.info('agent_update_success', { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    await settle({ agentId, attempt, version, isSettled }, deadline, deps);
  } catch (error) {
    log.error('agent_update_failed', error, { voice_id: activation.voice_id, duration_ms: nowMs() - startedMs });
    throw toServiceError(error, updatingAgent);
  }
};

/** Writes the activation and its pending entry; when somebody else changed the agent meanwhile, looks again first. */
const announce = async (
  agentId: string,
  attempt: string,
  activation: Activation,
  firstLook: AgentLook,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<number> => {
  const pending = { attempt, voiceId: activation.voice_id, untilMs: deadline.atMs + lateLandingMs };
  for (let look = firstLook; deadline.leftMs() > 0; look = await lookAtAgent(agentId, deadline, deps)) {
    const { seen, baseline } = look;
    const activations = withActivation(seen.activations, activation);
    const change = { baseline, activations, pending, expired: expiredAttempts(seen, deps.nowMs()) };
    if (await deps.agents.change(agentId, seen.version, change)) return seen.version + 1;
  }
  throw new ElevenLabsError('unavailable', 'deadline_passed', false);
};

/** A PATCH that was confirmed, for the state of the agent at this version. */
interface ConfirmedPatch {
  readonly agentId: string;
  readonly attempt: string;
  readonly version: number;
  /** False when an earlier try of it may still land: its entry then stays until that is over. */
  readonly isSettled: boolean;
}

/**
 * Takes the entry of a confirmed PATCH away. If the agent's version moved, that PATCH may have landed after a newer one:
 * what the agent should have now is applied until it stands still. The caller has its confirmed PATCH already, so a failure
 * here is left to the pending entry and to whoever changes the agent next.
 */
const settle = async (confirmed: ConfirmedPatch, deadline: Deadline, deps: PreCallDeps): Promise<void> => {
  const { agents, elevenLabs, log } = deps;
  const { agentId } = confirmed;
  try {
    for (let last = confirmed; !(await standsStill(last, deps)) && deadline.leftMs() > 0;) {
      const now = await agents.read(agentId);
      const desired: Baseline = desiredPair(now) ?? now.baseline ?? {};
      const attempt = randomUUID();
      const pending = { attempt, voiceId: desired.voice_id, untilMs: deadline.atMs + lateLandingMs };
      if (!(await agents.addPending(agentId, now.version, pending))) continue;
      if (last.isSettled) await agents.dropPending(agentId, last.attempt);
      const isSettled = await patchAgentVoice(elevenLabs, agentId, desired, deadline);
      last = { agentId, attempt, version: now.version, isSettled };
    }
  } catch (error) {
    log.error('agent_convergence_failed', error);
  }
};

const standsStill = async (
  { agentId, attempt, version, isSettled }: ConfirmedPatch,
  { agents }: PreCallDeps,
): Promise<boolean> =>
  isSettled ? agents.removePending(agentId, version, attempt) : (await agents.read(agentId)).version === version;
