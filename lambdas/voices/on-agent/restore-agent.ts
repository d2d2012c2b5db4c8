import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type Activation, type VoicePair } from '../agent';
import { clearSettled, deactivate } from '../agent-changes';
import { nextRestoreStep } from '../agent-decision';
import type { AgentRestoreDeps, AgentVoiceDeps } from './deps';
import { standIn } from './fallback-voice';
import { announcePatch, sendPatch, settlePatch } from './patch-agent';
import { type AgentSnapshot, keepFound, readAgent } from './read-agent';

/** Seconds after which an agent that other conversations keep changing is read again. */
const busyAgentS = 5;

/** Maximum number of rounds before an agent is left to a later try. */
const maxRounds = 20;

/** One conversation's voice on its agent. */
export interface PlacedVoice {
  readonly agentId: string;
  readonly conversationId: string;
  readonly voiceId: string;
}

/**
 * Removes a conversation's activation, if the agent still has it. Does not restore the agent. Throws 503 when the
 * ledger fails.
 */
export const withdrawActivation = async (
  { agentId, ...placed }: PlacedVoice,
  { agents, nowMs }: Pick<AgentVoiceDeps, 'agents' | 'nowMs'>,
): Promise<void> => {
  for (;;) {
    const transition = deactivate(agentId, await agents.read(agentId), placed, nowMs());
    if (transition === undefined || (await agents.write(agentId, transition))) return;
  }
};

/**
 * Gives the agent what it should have: its live conversation's voice and greeting, else its baseline. Keeps what a
 * person set meanwhile as the baseline. Returns the agent as last read; undefined if ElevenLabs or the ledger does not
 * have it. Throws RetryLater if others keep changing it; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const restoreAgent = async (
  agentId: string,
  deadline: Deadline,
  deps: AgentRestoreDeps,
): Promise<AgentSnapshot | undefined> => {
  try {
    if ((await deps.agents.read(agentId)).version === 0) return undefined;
    for (let round = 0; round < maxRounds && deadline.leftMs() > 0; round += 1) {
      const snapshot = await readAgent(agentId, deadline, deps);
      if (await takeStep(agentId, snapshot, deadline, deps)) return snapshot;
    }
  } catch (error) {
    if (error instanceof ElevenLabsError && error.code === 'agent_not_found') return undefined;
    throw error;
  }
  throw new RetryLater('agent_restored', busyAgentS);
};

/** Takes one step towards what the agent should have. Returns true when nothing is left to do. */
const takeStep = async (
  agentId: string,
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentRestoreDeps,
): Promise<boolean> => {
  const { agents, nowMs } = deps;
  const { agent, observed } = snapshot;
  const isLive = agent.activation === undefined || (await isUsed(agent.activation, deps));
  const next = nextRestoreStep({ agent, observed, isLive }, nowMs());
  switch (next.step) {
    case 'deactivate': {
      const { conversation_id: conversationId, voice_id: voiceId } = next.activation;
      await withdrawActivation({ agentId, conversationId, voiceId }, deps);
      return false;
    }
    case 'keep-baseline':
      await keepFound(agentId, { ...snapshot, baseline: next.baseline }, deps);
      return false;
    case 'patch':
      await patchBack({ agentId, pair: next.pair, snapshot }, deadline, deps);
      return false;
    case 'use-stand-in':
      await standIn(agentId, agent, new ElevenLabsError('refused', 'own_voice_unknown'), deps);
      return false;
    case 'clear':
      return agents.write(agentId, clearSettled(agent, nowMs()));
    case 'done':
      return true;
  }
};

/** A PATCH that gives an agent what it should have. */
interface RestoringPatch {
  readonly agentId: string;
  readonly pair: VoicePair;
  readonly snapshot: AgentSnapshot;
}

/** Sends the PATCH. Replaces the agent's own voice by a substitute if ElevenLabs refuses it twice. */
const patchBack = async (
  { agentId, pair, snapshot }: RestoringPatch,
  deadline: Deadline,
  deps: AgentRestoreDeps,
): Promise<void> => {
  const { agent } = snapshot;
  const patch = async (wanted: VoicePair): Promise<void> => {
    const announced = await announcePatch({ agentId, pair: wanted, snapshot }, deadline, deps);
    if (announced !== undefined) await settlePatch(await sendPatch(announced, deadline, deps), deadline, deps);
  };
  const restore = async (): Promise<void> => {
    await patch(pair);
    deps.log.info('agent_restored', { agent_id: agentId, voice_id: pair.voice_id });
    deps.onRestored?.();
  };
  try {
    await restore();
  } catch (error) {
    if (agent.activation !== undefined || !isVoiceRefused(error) || pair.voice_id === undefined) throw error;
    // Removes the caller's name first. If the agent refuses this too, the voice is not the reason.
    await patch({ first_message: pair.first_message ?? '' });
    // A single refusal may be a passing one. Only a voice that is refused twice is replaced.
    await restore().catch((again: unknown) => {
      if (!isVoiceRefused(again)) throw again;
      return standIn(agentId, agent, again, deps);
    });
  }
};

const isVoiceRefused = (error: unknown): error is ElevenLabsError =>
  error instanceof ElevenLabsError && error.kind === 'refused' && error.code !== 'agent_not_found';

/**
 * Returns whether the activation is live: its voice has the conversation as a user. An activation that was written too
 * late has no voice any more.
 */
const isUsed = async (
  { voice_id: voiceId, conversation_id: conversationId }: Activation,
  { voices }: AgentVoiceDeps,
): Promise<boolean> => conversationId in ((await voices.read(voiceId))?.users ?? {});
