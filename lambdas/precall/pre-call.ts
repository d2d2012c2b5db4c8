import { callerName } from '../domain/caller-name';
import type { PreCallAnswer } from '../domain/conversation';
import { greeting } from '../domain/greeting';
import type { PreCallEvent } from '../domain/precall-event';
import { within } from '../shared/deadline';
import { activateVoice, lookAtAgent } from './activate';
import { type Claimed, claimConversation, claimLost } from './claim';
import { cleanUp } from './clean-up';
import type { PreCall, PreCallDeps } from './deps';
import { type CloneTrace, obtainVoice } from './obtain-voice';

/**
 * Gives the caller's voice to the agent: claims the conversation; clones the voice while the sample is stored and the
 * agent's own voice is read; activates it; answers. A redelivery gets the same answer again. What fails after the clone,
 * or is not done by the deadline, queues the voice for deletion. Throws ServiceError.
 */
export const preCall = async (call: PreCall, deps: PreCallDeps): Promise<PreCallAnswer> => {
  const claimed = await within(call.deadline, claimConversation(call, deps));
  if ('status' in claimed) return claimed;
  const trace: CloneTrace = { voiceId: claimed.voiceId, mayExist: claimed.search };
  try {
    return await within(call.deadline, serve(call, claimed, deps, trace));
  } catch (error) {
    await cleanUp(call, claimed, deps, trace);
    throw error;
  }
};

const serve = async (call: PreCall, claimed: Claimed, deps: PreCallDeps, trace: CloneTrace): Promise<PreCallAnswer> => {
  const { conversation_id, agent_id: agentId, caller_metadata } = call.event;
  const [{ voiceId: voice_id, voiceName }, look] = await allSettled([
    obtainVoice(call, claimed, deps, trace),
    lookAtAgent(agentId, call.deadline, deps),
    storeSamples(call, deps),
  ]);
  const first_message = greeting(deps.settings.firstMessage, callerName(caller_metadata?.name));
  const activation = { conversation_id, voice_id, first_message };
  await activateVoice({ agentId, activation }, look, call.deadline, deps);
  const nowMs = deps.nowMs();
  const answer = answerOf(call, voiceName, activation, nowMs);
  const voiceExpiresAtS = Math.floor(nowMs / 1000) + deps.settings.voiceTtlHours * 3600;
  if (await deps.conversations.complete(claimed, answer, voiceExpiresAtS)) return answer;
  throw await claimLost(conversation_id, deps);
};

/** Waits for all of them even when one fails: whoever cleans up has to know how the clone went. */
const allSettled = async <A, B, C>(work: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> => {
  await Promise.allSettled(work);
  return Promise.all(work);
};

const storeSamples = async ({ event, samples }: PreCall, { samples: storage }: PreCallDeps): Promise<void> => {
  if (storage === undefined) return;
  await Promise.all(samples.map((sample) => storage.store(event.conversation_id, sample)));
};

const answerOf = (
  { event, receivedAtMs }: PreCall,
  voiceName: string,
  { voice_id, first_message }: { voice_id: string; first_message: string },
  nowMs: number,
): PreCallAnswer => ({
  status: 'success',
  conversation_id: event.conversation_id,
  voice_id,
  voice_name: voiceName,
  agent_updated: true,
  caller_info: callerInfo(event),
  processing_time_ms: Math.max(0, nowMs - receivedAtMs),
  type: 'conversation_initiation_client_data',
  dynamic_variables: { precall_conversation_id: event.conversation_id },
  conversation_config_override: { tts: { voice_id }, agent: { first_message } },
});

const callerInfo = ({ caller_metadata }: PreCallEvent): PreCallAnswer['caller_info'] => ({
  ...(caller_metadata?.name != null && { Name: caller_metadata.name }),
  ...(caller_metadata?.date_of_birth != null && { DateOfBirth: caller_metadata.date_of_birth }),
});
