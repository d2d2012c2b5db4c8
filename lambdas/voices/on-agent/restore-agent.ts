import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type Activation, type VoicePair } from '../agent';
import { clearSettled, deactivate } from '../agent-changes';
import { nextRestoreStep } from '../agent-decision';
import type { AgentRestoreDeps, AgentVoiceDeps } from './deps';
import { announcePatch, sendPatch, settlePatch } from './patch-agent';
import { type AgentSnapshot, keepFound, readAgent } from './read-agent';
import { standIn } from './stand-in';

/** Seconds after which an agent that another conversation keeps changing is read again. */
const busyAgentS = 5;

/** An agent that did not come to rest in this many rounds is left to a later try. */
const maxRounds = 20;

/** One conversation's voice on its agent. */
export interface PlacedVoice {
  readonly agentId: string;
  readonly conversationId: string;
  readonly voiceId: string;
}

/**
 * Takes a conversation's activation away, if it is still the agent's; the agent itself is restored after that. Throws
 * 503.
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
 * Gives the agent what it should have: its live conversation's pair, else its baseline; what a person set meanwhile is
 * kept as its baseline. Returns the agent as it was last found; undefined where ElevenLabs or the ledger does not know
 * it. Throws RetryLater when others keep changing it, ElevenLabsError, ServiceError.
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

/** True once the agent was found as it should be. */
const takeStep = async (
  agentId: string,
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentRestoreDeps,
): Promise<boolean> => {
  const { agents, nowMs } = deps;
  const { seen, found } = snapshot;
  const isLive = seen.activation === undefined || (await isUsed(seen.activation, deps));
  const next = nextRestoreStep(seen, found, isLive, nowMs());
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
      await patchBack(agentId, next.pair, snapshot, deadline, deps);
      return false;
    case 'use-stand-in':
      await standIn(agentId, seen, new ElevenLabsError('refused', 'own_voice_unknown', false), deps);
      return false;
    case 'clear':
      return agents.write(agentId, clearSettled(seen, nowMs()));
    case 'done':
      return true;
  }
};

const patchBack = async (
  agentId: string,
  pair: VoicePair,
  snapshot: AgentSnapshot,
  deadline: Deadline,
  deps: AgentRestoreDeps,
): Promise<void> => {
  const { seen } = snapshot;
  const patch = async (wanted: VoicePair): Promise<void> => {
    const announced = await announcePatch({ agentId, pair: wanted, snapshot }, deadline, deps);
    if (announced !== undefined) await settlePatch(await sendPatch(announced, deadline, deps), deadline, deps);
  };
  try {
    await patch(pair);
    deps.log.info('agent_restored', { agent_id: agentId, voice_id: pair.voice_id });
    deps.onRestored?.();
  } catch (error) {
    if (seen.activation !== undefined || !isVoiceRefused(error) || pair.voice_id === undefined) throw error;
    // The caller's name goes first of all. An agent that refuses this too does not refuse the voice.
    await patch({ first_message: pair.first_message ?? '' });
    await standIn(agentId, seen, error, deps);
  }
};

const isVoiceRefused = (error: unknown): error is ElevenLabsError =>
  error instanceof ElevenLabsError && error.kind === 'refused' && error.code !== 'agent_not_found';

/**
 * An activation is live while its voice has the conversation as a user: one that was written too late has no voice any
 * more.
 */
const isUsed = async (
  { voice_id: voiceId, conversation_id: conversationId }: Activation,
  { voices }: AgentVoiceDeps,
): Promise<boolean> => conversationId in ((await voices.read(voiceId))?.users ?? {});
