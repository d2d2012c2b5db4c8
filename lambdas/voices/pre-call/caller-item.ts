import { type Caller, isErasedFor } from '../../callers/caller';
import { isRemembered, remember, startCall } from '../../callers/caller-changes';
import { callerName } from '../../callers/caller-name';
import { within } from '../../platform/deadline';
import { callerErased } from '../../platform/errors';
import { samplesDigest } from '../../samples/samples-digest';
import { sampleKey } from '../../samples/voice-sample';
import { keptAfterVoiceHours } from './claim-conversation';
import type { PreCall, PreCallDeps, ReceivedPreCall } from './deps';

/** Returns when the caller's item expires, in unix seconds. */
export const callerExpiryS = ({ settings, nowMs }: PreCallDeps): number =>
  Math.floor(nowMs() / 1000) + settings.retainS + (settings.voiceTtlHours + keptAfterVoiceHours) * 3600;

/**
 * Records the conversation under its caller, so that a starting call, or an end without this conversation's id, finds
 * it by agent and caller. Gives a caller without a name the name of the event. Throws 409 if the caller has been erased
 * in the meantime.
 */
export const rememberConversation = async (call: PreCall, deps: PreCallDeps): Promise<void> => {
  const { event, callerHash, caller, signedAtS, receivedAtMs } = call;
  if (callerHash === undefined) return;
  const started = {
    conversationId: event.conversation_id,
    agentId: event.agent_id,
    startedAtS: Math.floor(receivedAtMs / 1000),
    name: callerName(event.caller_metadata?.name),
    signedAtS,
    expiresAtS: callerExpiryS(deps),
  };
  const change = startCall(started, Math.floor(deps.nowMs() / 1000));
  if (!(await deps.callers.changeFrom(caller, callerHash, change))) throw callerErased(event.conversation_id);
};

/** Returns the caller's current item. Throws 409 if the caller was erased while the voice was cloned. */
export const requireUnerased = async (
  { event, callerHash, signedAtS }: PreCall,
  deps: PreCallDeps,
): Promise<Caller | undefined> => {
  if (callerHash === undefined) return undefined;
  const caller = await deps.callers.read(callerHash, Math.floor(deps.nowMs() / 1000));
  if (caller !== undefined && isErasedFor(caller, signedAtS)) throw callerErased(event.conversation_id);
  return caller;
};

/**
 * Stores what the caller's next call needs: the name, the samples and the voice. Does not fail, because the current
 * call does not need it. `known` is the caller's item before that.
 */
export const rememberCaller = async (
  call: PreCall,
  voiceId: string,
  known: Caller | undefined,
  deps: PreCallDeps,
): Promise<void> => {
  const { event, callerHash, samples, signedAtS } = call;
  const { retainS, remembersSamples, voiceTtlHours } = deps.settings;
  if (callerHash === undefined) return;
  const nowS = Math.floor(deps.nowMs() / 1000);
  // Even if the call ends soon, a kept voice lives for the shorter of its two possible lifetimes.
  const validUntilS = nowS + Math.min(voiceTtlHours * 3600, retainS);
  const isKept = deps.samples !== undefined && remembersSamples;
  const remembered = {
    name: callerName(event.caller_metadata?.name),
    samples: isKept
      ? samples.map(({ sha256, format }) => ({
          sha256,
          format,
          key: sampleKey(event.conversation_id, { sha256, format }),
        }))
      : [],
    offer: retainS === 0 ? undefined : { voiceId, sampleDigest: samplesDigest(samples), validUntilS },
  };
  // The caller's item already lasts until this call's end, and so does what is in it.
  if (isRemembered(remembered, known)) return;
  const change = remember(remembered, { sinceS: signedAtS, nowS, expiresAtS: callerExpiryS(deps) });
  await within(call.deadline, deps.callers.changeFrom(known, callerHash, change)).catch((error: unknown) =>
    deps.log.error('caller_not_remembered', error),
  );
};

/**
 * Reads the caller. A caller without a usable number is served, but not recognised. Throws 409 if the caller has been
 * erased in the meantime.
 */
export const recognise = async (
  { event, signedAtS }: Pick<ReceivedPreCall, 'event' | 'signedAtS'>,
  deps: PreCallDeps,
): Promise<Pick<PreCall, 'callerHash' | 'caller' | 'olderConsents'>> => {
  const callerHash = await deps.callerHash(event.caller_metadata?.phone_number).catch((error: unknown) => {
    deps.log.error('caller_key_unavailable', error);
    return undefined;
  });
  if (callerHash === undefined) return { callerHash, caller: undefined, olderConsents: [] };
  const nowS = Math.floor(deps.nowMs() / 1000);
  const hashes = [callerHash, ...(await deps.olderCallerHashes(event.caller_metadata?.phone_number))];
  const [caller, ...older] = await Promise.all(hashes.map((hash) => deps.callers.read(hash, nowS)));
  if (caller !== undefined && isErasedFor(caller, signedAtS)) throw callerErased(event.conversation_id);
  return { callerHash, caller, olderConsents: older.map((each) => each?.consent) };
};
