import { isErasedFor, type StoredSample } from '../../callers/caller';
import { callerName } from '../../callers/caller-name';
import { within } from '../../platform/deadline';
import { callerErased } from '../../platform/errors';
import { storeSample } from '../../samples/stored-samples';
import { type MeasuredSample, sampleKey } from '../../samples/voice-sample';
import type { PreCallAnswer } from '../conversation';
import { greeting } from '../greeting';
import { activate, lookAhead } from './activation';
import { type Claimed, claimConversation, claimLost, keptAfterVoiceHours } from './claim';
import { cleanUp } from './clean-up';
import type { PreCall, PreCallDeps, ReceivedPreCall } from './deps';
import { voiceExpiryS } from './keep-voice';
import { type CloneTrace, obtainVoice } from './obtain-voice';
import type { PreCallEvent } from './pre-call-event';

/**
 * Gives the caller's voice to the agent: claims the conversation; clones the voice while the sample is stored and the
 * agent's own voice is read; activates it; answers. A redelivery gets the same answer again. What fails after the clone,
 * or is not done by the deadline, queues the voice for deletion. Throws ServiceError.
 */
export const preCall = async (received: ReceivedPreCall, deps: PreCallDeps): Promise<PreCallAnswer> => {
  const call = { ...received, ...(await within(received.deadline, recognise(received, deps))) };
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
  const { conversation_id, caller_metadata } = call.event;
  const [{ voiceId: voice_id, voiceName }, look] = await allSettled([
    obtainVoice(call, claimed, deps, trace),
    lookAhead(call, deps),
    storeSamples(call, deps),
    recordCall(call, deps),
  ]);
  const first_message = greeting(deps.settings.firstMessage, callerName(caller_metadata?.name));
  const activation = { conversation_id, voice_id, first_message };
  const isUpdated = await activate(call, activation, look, deps);
  const answer = answerOf(call, { voiceName, isUpdated }, activation, deps.nowMs());
  if (await deps.conversations.complete(claimed, answer, voiceExpiryS(deps))) return answer;
  // The SDK repeated a write whose answer got lost: what stands there is our own.
  const seen = await deps.conversations.read(conversation_id);
  if (seen?.attempt === claimed.attempt && seen.state === 'ready' && seen.answer !== undefined) return seen.answer;
  throw await claimLost(conversation_id, deps);
};

/** Waits for all of them even when one fails: whoever cleans up has to know how the clone went. */
const allSettled = async <A, B>(work: [Promise<A>, Promise<B>, ...Promise<void>[]]): Promise<[A, B, ...unknown[]]> => {
  await Promise.allSettled(work);
  return Promise.all(work);
};

const storeSamples = async ({ event, samples }: PreCall, { samples: storage }: PreCallDeps): Promise<void> => {
  if (storage === undefined) return;
  await Promise.all(samples.map((sample) => storeSample(storage, sampleKey(event.conversation_id, sample), sample)));
};

/** Lets an end that does not know this conversation's id find it by agent and caller. */
const recordCall = async (
  { event, callerHash, samples, signedAtS, receivedAtMs }: PreCall,
  deps: PreCallDeps,
): Promise<void> => {
  if (callerHash === undefined) return;
  const keptHours = deps.settings.voiceTtlHours + keptAfterVoiceHours;
  const expiresAtS = Math.floor(deps.nowMs() / 1000) + deps.settings.retainS + keptHours * 3600;
  const { conversation_id: conversationId, agent_id: agentId } = event;
  const remembered = deps.samples !== undefined && deps.settings.remembersSamples ? samples : [];
  const isRecorded = await deps.callers.startCall(callerHash, {
    conversationId,
    agentId,
    startedAtS: Math.floor(receivedAtMs / 1000),
    signedAtS,
    name: callerName(event.caller_metadata?.name),
    samples: remembered.map((sample) => ({ ...pick(sample), key: sampleKey(conversationId, sample) })),
    expiresAtS,
  });
  if (!isRecorded) throw callerErased(conversationId);
};

const pick = ({ sha256, format }: MeasuredSample): Omit<StoredSample, 'key'> => ({ sha256, format });

/** A caller without a key is served all the same, but not recognised. Throws 409 for one that was erased since. */
const recognise = async (
  { event, signedAtS }: ReceivedPreCall,
  deps: PreCallDeps,
): Promise<Pick<PreCall, 'callerHash' | 'caller'>> => {
  const callerHash = await deps.callerHash(event.caller_metadata?.phone_number).catch((error: unknown) => {
    deps.log.error('caller_key_unavailable', error);
    return undefined;
  });
  if (callerHash === undefined) return { callerHash, caller: undefined };
  const caller = await deps.callers.read(callerHash, Math.floor(deps.nowMs() / 1000));
  if (caller !== undefined && isErasedFor(caller, signedAtS)) throw callerErased(event.conversation_id);
  return { callerHash, caller };
};

const answerOf = (
  { event, receivedAtMs }: PreCall,
  { voiceName, isUpdated }: { voiceName: string; isUpdated: boolean },
  { voice_id, first_message }: { voice_id: string; first_message: string },
  nowMs: number,
): PreCallAnswer => ({
  status: 'success',
  conversation_id: event.conversation_id,
  voice_id,
  voice_name: voiceName,
  agent_updated: isUpdated,
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
