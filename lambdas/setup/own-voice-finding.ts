import { getAgent } from '../elevenlabs/agents';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Connection } from '../elevenlabs/request';
import { getVoice } from '../elevenlabs/voices';
import type { Agents } from '../ledger/agents';
import type { Deadline } from '../platform/deadline';
import { standInOf } from '../voices/agent';
import { attention, type Finding, ok, problem } from './finding';

const about = 'own_voice';

const chooseVoice = 'Choose a voice for the agent at ElevenLabs.';

/**
 * Returns the finding about the voice that the agent gets back after a call. It is the voice in the ledger, or the
 * current voice of an agent that Precall never changed. Throws 503 if AWS fails.
 */
export const ownVoiceFinding = async (
  agentId: string,
  deadline: Deadline,
  { agents, elevenLabs }: { readonly agents: Pick<Agents, 'read'>; readonly elevenLabs: Connection },
): Promise<Finding> => {
  const agent = await agents.read(agentId);
  const standIn = standInOf(agent);
  if (standIn !== undefined)
    return problem(about, `ElevenLabs refused the agent’s own voice: it speaks with ${standIn} instead.`, chooseVoice);
  try {
    const isNew = agent.version === 0;
    const ownVoiceId = isNew ? (await getAgent(elevenLabs, agentId, deadline)).pair.voice_id : agent.baseline?.voice_id;
    if (ownVoiceId === undefined)
      return isNew
        ? ok(about, 'The agent has no voice of its own, so ElevenLabs gives it the default voice.')
        : problem(about, 'The agent’s own voice is not known: it cannot be restored after a call.', chooseVoice);
    if ((await getVoice(elevenLabs, ownVoiceId, deadline)) !== undefined)
      return ok(about, 'The agent’s own voice exists.');
    return problem(
      about,
      `The agent’s own voice ${ownVoiceId} does not exist at ElevenLabs: after a call the agent gets ` +
        'FALLBACK_VOICE_ID, or the default voice of ElevenLabs.',
      chooseVoice,
    );
  } catch (error) {
    if (!(error instanceof ElevenLabsError)) throw error;
    return attention(about, `ElevenLabs did not show the agent’s own voice (${error.code}).`, 'Check again later.');
  }
};
