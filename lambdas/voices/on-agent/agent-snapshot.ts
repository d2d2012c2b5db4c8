import { getAgentVoice } from '../../elevenlabs/agents';
import { getVoice } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { type AgentVoices, type Baseline, baselineAfterLook, isKnownVoice } from '../agent';
import { isMarkedVoice } from '../voice-identity';
import type { AgentVoiceDeps } from './deps';

/** The agent as the ledger had it, what it was found to have after that, and the baseline that follows. */
export interface AgentSnapshot {
  readonly seen: AgentVoices;
  readonly found: Baseline;
  /** Whether the voice that was found is one that we made. */
  readonly voiceIsOurs: boolean;
  readonly baseline: Baseline;
}

/**
 * Reads the agent from the ledger, then from ElevenLabs, in this order: a value that was found and is not ours was set by
 * somebody else, and is the baseline of its field, if the ledger's version still stands when that is written. Needs no voice
 * yet, so it runs beside a clone. Throws ElevenLabsError, ServiceError.
 */
export const takeAgentSnapshot = async (
  agentId: string,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AgentSnapshot> => {
  const seen = await deps.agents.read(agentId);
  const found = await getAgentVoice(deps.elevenLabs, agentId, deadline);
  const voiceIsOurs = found.voice_id !== undefined && (await isOurs(found.voice_id, seen, deadline, deps));
  return { seen, found, voiceIsOurs, baseline: baselineAfterLook(seen, found, voiceIsOurs) };
};

/** Whether we made this voice: the ledger knows, or, for one that it does not know, ElevenLabs shows our mark. */
const isOurs = async (
  voiceId: string,
  seen: AgentVoices,
  deadline: Deadline,
  { elevenLabs, voices, installationId }: AgentVoiceDeps,
): Promise<boolean> => {
  if (seen.baseline?.voice_id === voiceId) return false;
  if (isKnownVoice(seen, voiceId) || (await voices.read(voiceId)) !== undefined) return true;
  const found = await getVoice(elevenLabs, voiceId, deadline);
  return found?.description != null && isMarkedVoice(found.description, await installationId());
};
