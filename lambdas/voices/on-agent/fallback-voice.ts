import type { ElevenLabsError } from '../../elevenlabs/errors';
import { type Agent, standInOf } from '../agent';
import { useStandIn } from '../agent-changes';
import type { AgentRestoreDeps } from './deps';

/**
 * The voice of an agent whose voice was never set: the default of `conversation_config.tts.voice_id` in ElevenLabs'
 * API.
 */
const defaultVoiceId = 'cjVigY5qzO86Huf0OWal';

/** Returns the substitutes for an agent's voice that ElevenLabs refuses, in the order to try. */
export const standInVoices = (fallbackVoiceId: string | undefined): string[] =>
  fallbackVoiceId === undefined ? [defaultVoiceId] : [fallbackVoiceId, defaultVoiceId];

/** Replaces an agent's refused voice by the next substitute. Throws the refusal when no substitute is left. */
export const standIn = async (
  agentId: string,
  agent: Agent,
  refusal: ElevenLabsError,
  { agents, standInVoiceIds, log, meter }: AgentRestoreDeps,
): Promise<void> => {
  const currentId = standInOf(agent);
  const nextId = standInVoiceIds[currentId === undefined ? 0 : standInVoiceIds.indexOf(currentId) + 1];
  if (nextId === undefined) throw refusal;
  if (!(await agents.write(agentId, useStandIn(agentId, agent, nextId)))) return;
  log.error('agent_voice_replaced', refusal, { agent_id: agentId, voice_id: nextId });
  meter.count('AgentVoicesReplaced');
};
