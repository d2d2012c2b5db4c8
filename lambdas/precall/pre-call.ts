import { callerName } from '../domain/caller-name';
import type { PreCallAnswer } from '../domain/conversation';
import { greeting } from '../domain/greeting';
import type { PreCallEvent } from '../domain/precall-event';
import { activateVoice, lookAtAgent } from './agent-voice';
import type { Claimed } from './claim';
import { claimConversation, claimLost } from './claim';
import { cleanUp } from './clean-up';
import type { PreCall, PreCallDeps } from './deps';
import { type CloneTrace, obtainVoice } from './voice';

/**
 * Gives the caller's voice to the agent: claims the conversation; clones the voice while the sample is stored and the
 * agent's own voice is read; records the clone; activates it; answers. A redelivery gets the same answer again. What
 * fails after the clone queues the voice for deletion. Throws ServiceError.
 */
export const preCall = async (call: PreCall, deps: PreCallDeps): Promise<PreCallAnswer> => {
  const claimed = await claimConversation(call, deps);
  if ('status' in claimed) return claimed;
  const trace: CloneTrace = { mayExist: false };
  try {
    return await serve(call, claimed, deps, trace);
  } catch (error) {
    await cleanUp(call, claimed, deps, trace);
    throw error;
  }
};

const serve = async (call: PreCall, claimed: Claimed, deps: PreCallDeps, trace: CloneTrace): Promise<PreCallAnswer> => {
  const { conversation_id, agent_id, caller_metadata } = call.event;
  const [voiceId, look] = await allSettled([
    obtainVoice(call, claimed, deps, trace).then((made) => recordVoice(made, call, claimed, deps)),
    lookAtAgent(agent_id, call.deadline, deps),
    deps.samples?.store(conversation_id, call.sample),
  ]);
  const first_message = greeting(deps.settings.firstMessage, callerName(caller_metadata?.name));
  const activation = { conversation_id, voice_id: voiceId, first_message };
  await activateVoice({ agentId: agent_id, attempt: claimed.attempt, activation }, look, call.deadline, deps);
  const answer = answerOf(call, { voiceId, voiceName: claimed.voiceName, firstMessage: first_message }, deps.nowMs());
  if (!(await deps.conversations.complete(claimed, answer))) throw await claimLost(conversation_id, deps);
  return answer;
};

/** Waits for all of them even when one fails: whoever cleans up has to know how the clone went. */
const allSettled = async <A, B, C>(work: [Promise<A>, Promise<B>, C]): Promise<[A, B, Awaited<C>]> => {
  await Promise.allSettled(work);
  return Promise.all(work);
};

/** The clone is durable in the ledger before its id goes anywhere else. */
const recordVoice = async (
  voiceId: string,
  { event, sample }: PreCall,
  claimed: Claimed,
  deps: PreCallDeps,
): Promise<string> => {
  const expiresAtS = Math.floor(deps.nowMs() / 1000) + deps.settings.voiceTtlHours * 3600;
  const { conversation_id: conversationId, agent_id: agentId } = event;
  const [isHeld] = await Promise.all([
    deps.conversations.recordClone(claimed, voiceId),
    deps.voices.record({ voiceId, conversationId, agentId, sampleDigest: sample.sha256, expiresAtS }),
  ]);
  if (!isHeld) throw await claimLost(conversationId, deps);
  return voiceId;
};

const answerOf = (
  { event, receivedAtMs }: PreCall,
  { voiceId, voiceName, firstMessage }: { voiceId: string; voiceName: string; firstMessage: string },
  nowMs: number,
): PreCallAnswer => ({
  status: 'success',
  conversation_id: event.conversation_id,
  voice_id: voiceId,
  voice_name: voiceName,
  agent_updated: true,
  caller_info: callerInfo(event),
  processing_time_ms: Math.max(0, nowMs - receivedAtMs),
  type: 'conversation_initiation_client_data',
  dynamic_variables: { precall_conversation_id: event.conversation_id },
  conversation_config_override: { tts: { voice_id: voiceId }, agent: { first_message: firstMessage } },
});

const callerInfo = ({ caller_metadata }: PreCallEvent): PreCallAnswer['caller_info'] => ({
  ...(caller_metadata?.name != null && { Name: caller_metadata.name }),
  ...(caller_metadata?.date_of_birth != null && { DateOfBirth: caller_metadata.date_of_birth }),
});
