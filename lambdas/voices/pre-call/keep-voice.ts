import type { Offer } from '../../ledger/callers';
import { samplesDigest } from '../../samples/samples-digest';
import { type Claimed, claimLost, keptAfterVoiceHours } from './claim';
import type { PreCall, PreCallDeps } from './deps';

/** When a voice expires whose call has no known end, in unix seconds. */
export const voiceExpiryS = ({ settings, nowMs }: PreCallDeps): number =>
  Math.floor(nowMs() / 1000) + settings.voiceTtlHours * 3600;

/**
 * Records the voice as this conversation's, before its id goes anywhere else, and offers it for the caller's next call where
 * voices are kept. False when it is being deleted. Throws 409 or 503 when the claim is no longer ours.
 */
export const keepVoice = async (
  voiceId: string,
  call: PreCall,
  claimed: Claimed,
  deps: PreCallDeps,
): Promise<boolean> => {
  const { conversation_id: conversationId, agent_id: agentId } = call.event;
  const sampleDigest = samplesDigest(call.samples);
  const expiresAtS = voiceExpiryS(deps);
  const { callerHash } = call;
  const { retainS } = deps.settings;
  const { signedAtS } = call;
  const made = { voiceId, conversationId, agentId, sampleDigest, callerHash, signedAtS, expiresAtS, retainS };
  // The conversation knows the voice before the voice knows the conversation: whoever ends it finds the voice by its id.
  if (!(await deps.conversations.recordClone(claimed, voiceId))) throw await claimLost(conversationId, deps);
  const isKept = await deps.voices.keep({ ...made, sampleKeys: claimed.sampleKeys });
  const keptUntilS = expiresAtS + retainS + keptAfterVoiceHours * 3600;
  if (isKept && retainS > 0 && callerHash !== undefined)
    await deps.callers.offer(callerHash, offerOf(voiceId, sampleDigest, deps), call.signedAtS, keptUntilS);
  return isKept;
};

/** However soon its call ends, a voice that is kept lives as long as the shorter of the two times that it may get. */
const offerOf = (voiceId: string, sampleDigest: string, { settings, nowMs }: PreCallDeps): Offer => {
  const keptS = Math.min(settings.voiceTtlHours * 3600, settings.retainS);
  return { voiceId, sampleDigest, validUntilS: Math.floor(nowMs() / 1000) + keptS };
};
