import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { VoicePair } from '../voices/agent';
import { ElevenLabsError } from './errors';
import { type Connection, request } from './request';

const agent = z.object({
  conversation_config: z.object({
    tts: z.object({ voice_id: elevenLabsId.nullish() }).nullish(),
    agent: z.object({ first_message: z.string().nullish() }).nullish(),
  }),
});

const getTimeoutMs = 5_000;
const patchTimeoutMs = 8_000;

/** The voice and first message that the agent has now. */
export const getAgentVoice = async (
  connection: Connection,
  agentId: string,
  deadline: Deadline,
): Promise<VoicePair> => {
  const call = {
    operation: 'get_agent',
    method: 'GET',
    path: `/v1/convai/agents/${agentId}`,
    timeoutMs: getTimeoutMs,
  } as const;
  return voiceOf(await request(connection, { ...call, answer: agent, isRepeatable: true }, deadline));
};

/**
 * Sets the agent's voice (`conversation_config.tts.voice_id`) and first message together; a field that is absent stays
 * as it is. The values are absolute, so the PATCH may be repeated; its answer is compared, because ElevenLabs drops
 * what it does not know and still answers 200. Throws ElevenLabsError `patch_not_applied` when the answer shows other
 * values. False when an earlier attempt of this PATCH may still land.
 */
export const patchAgentVoice = async (
  connection: Connection,
  agentId: string,
  wanted: VoicePair,
  deadline: Deadline,
): Promise<boolean> => {
  let isSettled = true;
  const onUnsettled = (): void => void (isSettled = false);
  const { voice_id, first_message } = wanted;
  const json = {
    conversation_config: {
      ...(voice_id !== undefined && { tts: { voice_id } }),
      ...(first_message !== undefined && { agent: { first_message } }),
    },
  };
  const call = {
    operation: 'patch_agent',
    method: 'PATCH',
    path: `/v1/convai/agents/${agentId}`,
    timeoutMs: patchTimeoutMs,
  } as const;
  const now = voiceOf(
    await request(connection, { ...call, body: { json }, answer: agent, isRepeatable: true, onUnsettled }, deadline),
  );
  if ((voice_id ?? now.voice_id) !== now.voice_id || (first_message ?? now.first_message) !== now.first_message)
    throw new ElevenLabsError('unavailable', 'patch_not_applied', true);
  return isSettled;
};

const voiceOf = ({ conversation_config: { tts, agent: texts } }: z.infer<typeof agent>): VoicePair => ({
  ...(tts?.voice_id != null && { voice_id: tts.voice_id }),
  // An empty first message waits for the caller; an agent that shows none has none.
  first_message: texts?.first_message ?? '',
});
