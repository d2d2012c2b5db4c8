import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type Activation, clearSettled, deactivate, keepBaseline } from '../agent';
import { nextRestoreStep } from '../agent-decision';
import type { AgentVoiceDeps } from './deps';
import { announcePatch, sendPatch, settlePatch } from './patch-agent';
import { type AgentSnapshot, readAgent } from './read-agent';

/** Seconds after which an agent that another conversation keeps changing is read again. */
const busyAgentS = 10;

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
  deps: AgentVoiceDeps,
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
  { seen, found }: AgentSnapshot,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<boolean> => {
  const { agents, log, nowMs } = deps;
  const isLive = seen.activation === undefined || (await isUsed(seen.activation, deps));
  const next = nextRestoreStep(seen, found, isLive, nowMs());
  switch (next.step) {
    case 'deactivate': {
      const { conversation_id: conversationId, voice_id: voiceId } = next.activation;
      await withdrawActivation({ agentId, conversationId, voiceId }, deps);
      return false;
    }
    case 'keep-baseline':
      if (await agents.write(agentId, keepBaseline(agentId, seen, next.baseline, nowMs())))
        log.info('agent_changed_by_person', { agent_id: agentId });
      return false;
    case 'patch': {
      const announced = await announcePatch({ agentId, version: seen.version, pair: next.pair }, deadline, deps);
      if (announced === undefined) return false;
      await settlePatch(await sendPatch(announced, deadline, deps), deadline, deps);
      log.info('agent_restored', { agent_id: agentId, voice_id: next.pair.voice_id });
      return false;
    }
    case 'ask-person':
      throw new UnknownBaseline();
    case 'clear':
      return agents.write(agentId, clearSettled(seen, nowMs()));
    case 'done':
      return true;
  }
};

/**
 * An activation is live while its voice has the conversation as a user: one that was written too late has no voice any
 * more.
 */
const isUsed = async (
  { voice_id: voiceId, conversation_id: conversationId }: Activation,
  { voices }: AgentVoiceDeps,
): Promise<boolean> => conversationId in ((await voices.read(voiceId))?.users ?? {});

/** The agent has a cloned voice, and nobody knows its own: a person has to set its voice at ElevenLabs. */
class UnknownBaseline extends Error {
  override readonly name = 'UnknownBaseline';

  constructor() {
    super(
      'The agent uses a cloned voice, and its original voice is unknown. ' +
        'Set its voice in ElevenLabs, then redrive the job.',
    );
  }
}
