import { getAgentVoice } from '../../elevenlabs/agents';
import { getVoice } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { type Agent, isKnownVoice, type VoicePair } from '../agent';
import { baselineAfter, type FoundAgent } from '../agent-decision';
import { isMarkedByAny } from '../voice-identity';
import type { AgentVoiceDeps } from './deps';

/** The agent as the ledger had it, what it was found to have after that, and the baseline that follows. */
export interface AgentSnapshot {
  readonly seen: Agent;
  readonly found: FoundAgent;
  readonly baseline: VoicePair;
}

/**
 * Reads the agent from the ledger, then from ElevenLabs, in this order: what was found and does not come from our PATCH
 * was set by a person, if the ledger's version still stands when that is written. Needs no voice yet, so it runs beside
 * a clone. Throws ElevenLabsError, ServiceError.
 */
export const readAgent = async (agentId: string, deadline: Deadline, deps: AgentVoiceDeps): Promise<AgentSnapshot> => {
  const seen = await deps.agents.read(agentId);
  const pair = await getAgentVoice(deps.elevenLabs, agentId, deadline);
  const found = { pair, voice: await originOf(pair.voice_id, seen, deadline, deps) };
  return { seen, found, baseline: baselineAfter(seen, found) };
};

/** Whose voice it is: the ledger knows, or, for one that it does not know, ElevenLabs shows a mark. */
const originOf = async (
  voiceId: string | undefined,
  seen: Agent,
  deadline: Deadline,
  { elevenLabs, voices }: AgentVoiceDeps,
): Promise<FoundAgent['voice']> => {
  if (voiceId === undefined) return 'none';
  if (isKnownVoice(seen, voiceId) && seen.baseline?.voice_id !== voiceId) return 'ours';
  if ((await voices.read(voiceId)) !== undefined) return 'ours';
  if (seen.baseline?.voice_id === voiceId) return 'foreign';
  const found = await getVoice(elevenLabs, voiceId, deadline);
  if (found === undefined) return 'missing';
  return found.description != null && isMarkedByAny(found.description) ? 'ours' : 'foreign';
};
