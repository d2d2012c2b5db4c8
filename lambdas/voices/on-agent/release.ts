import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import {
  type Activation,
  type AgentVoices,
  desiredPair,
  expiredAttempts,
  hasPair,
  isSameBaseline,
  landing,
} from '../agent';
import { type AgentSnapshot, takeAgentSnapshot } from './agent-snapshot';
import { announcePatch, sendPatch, settlePatch } from './apply';
import type { AgentVoiceDeps } from './deps';

/** Seconds after which an agent that another conversation keeps changing is looked at again. */
const busyAgentS = 10;

/** An agent that did not come to rest in this many rounds is left to a later try. */
const maxRounds = 20;

/** One conversation's voice on its agent. */
export interface PlacedVoice {
  readonly agentId: string;
  readonly conversationId: string;
  readonly voiceId: string;
}

/** Takes a conversation's activation away, if it is still the agent's; the agent itself is restored after that. */
export const withdrawActivation = async (
  { agentId, conversationId, voiceId }: PlacedVoice,
  { agents, nowMs }: AgentVoiceDeps,
): Promise<void> => {
  const isIts = ({ activation }: AgentVoices): boolean =>
    activation?.conversation_id === conversationId && activation.voice_id === voiceId;
  for (let seen = await agents.read(agentId); isIts(seen); seen = await agents.read(agentId)) {
    const { version, baseline, greetings } = seen;
    const expired = expiredAttempts(seen, nowMs());
    const change = { baseline, activation: undefined, greetings, pending: undefined, expired };
    if (await agents.change(agentId, version, change)) return;
  }
};

/**
 * Sees to it that the agent has what it should have: its live conversation's pair, else its baseline; what a person set
 * meanwhile is kept as its baseline. With `without`, a voice that was released, it returns only when the agent does not have
 * that voice, unless for another conversation, and no PATCH can bring it any more. An agent that ElevenLabs does not know needs nothing. Throws
 * RetryLater while that has to wait, ElevenLabsError, ServiceError.
 */
export const restoreAgent = async (
  { agentId, without }: { agentId: string; without: string | undefined },
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<void> => {
  try {
    for (let round = 0; round < maxRounds && deadline.leftMs() > 0; round += 1) {
      const known = await deps.agents.read(agentId);
      if (known.version === 0) return;
      if (known.activation !== undefined && !(await isLive(known.activation, deps))) {
        const { conversation_id: conversationId, voice_id: voiceId } = known.activation;
        await withdrawActivation({ agentId, conversationId, voiceId }, deps);
        continue;
      }
      // Another conversation of the same caller may have the same voice on the same agent.
      const unwanted = known.activation?.voice_id === without ? undefined : without;
      const landsMs = lastLandingMs(known, unwanted, deps.nowMs());
      if (landsMs !== undefined) throw new RetryLater('pending_patch', (landsMs - deps.nowMs()) / 1000);
      if (await isRestored(agentId, unwanted, deadline, deps)) return;
    }
  } catch (error) {
    if (error instanceof ElevenLabsError && error.code === 'agent_not_found') return;
    throw error;
  }
  throw new RetryLater('agent_restored', busyAgentS);
};

/** An activation is live while its voice has the conversation as a user: one that was written too late has no voice any more. */
const isLive = async (
  { voice_id: voiceId, conversation_id: conversationId }: Activation,
  { voices }: AgentVoiceDeps,
): Promise<boolean> => conversationId in ((await voices.read(voiceId))?.users ?? {});

/** When the last PATCH that may bring this voice can no longer land, in unix milliseconds; undefined if none can. */
const lastLandingMs = (agent: AgentVoices, voiceId: string | undefined, nowMs: number): number | undefined => {
  const coming = landing(agent, nowMs).filter(({ voice_id }) => voice_id !== undefined && voice_id === voiceId);
  return coming.length === 0 ? undefined : Math.max(...coming.map(({ until }) => until));
};

/** One round: looks, keeps a person's change, and PATCHes where that is needed. True when a look showed all to be well. */
const isRestored = async (
  agentId: string,
  without: string | undefined,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<boolean> => {
  const { agents, nowMs } = deps;
  const look = await takeAgentSnapshot(agentId, deadline, deps);
  const { seen, found, voiceIsOurs, baseline } = look;
  if (lastLandingMs(seen, without, nowMs()) !== undefined) return false;
  if (!isSameBaseline(baseline, seen.baseline ?? {})) return keepPersonsChange(agentId, look, deps);
  const pair = desiredPair(seen);
  const isInFlight = landing(seen, nowMs()).length > 0;
  if (seen.activation === undefined && pair.voice_id === undefined && voiceIsOurs) throw new UnknownBaseline();
  if (hasPair(found, pair))
    return (
      seen.activation !== undefined || isInFlight || agents.rest(agentId, seen.version, expiredAttempts(seen, nowMs()))
    );
  if (isInFlight && found.voice_id !== without) {
    if (seen.activation !== undefined) return true;
    throw new RetryLater('agent_restored', busyAgentS);
  }
  const announced = await announcePatch({ agentId, version: seen.version, pair }, deadline, deps);
  if (announced === undefined) return false;
  await settlePatch(await sendPatch(announced, deadline, deps), deadline, deps);
  deps.log.info('agent_restored', { agent_id: agentId, voice_id: pair.voice_id });
  return false;
};

/** What somebody else set is the baseline from now on; the next round goes on from there. */
const keepPersonsChange = async (
  agentId: string,
  { seen, baseline }: AgentSnapshot,
  { agents, log, nowMs }: AgentVoiceDeps,
): Promise<false> => {
  const { version, activation, greetings } = seen;
  const change = { baseline, activation, greetings, pending: undefined, expired: expiredAttempts(seen, nowMs()) };
  if (await agents.change(agentId, version, change)) log.info('agent_changed_by_person', { agent_id: agentId });
  return false;
};

/** The agent has a voice of ours, and nobody knows its own: a person has to set its voice at ElevenLabs. */
class UnknownBaseline extends Error {
  override readonly name = 'UnknownBaseline';

  constructor() {
    super(
      'The agent has a voice of ours, and nobody knows its own. Set its voice at ElevenLabs, then redrive the job.',
    );
  }
}
