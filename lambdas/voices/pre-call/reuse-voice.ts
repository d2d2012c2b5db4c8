import { getVoice } from '../../elevenlabs/voices';
import { samplesDigest } from '../../samples/samples-digest';
import { isReusable, type Voice } from '../voice';
import { type Claimed, claimLost } from './claim';
import type { PreCall, PreCallDeps } from './deps';
import { voiceExpiryS } from './keep-voice';
import type { ClonedVoice, CloneTrace } from './obtain-voice';

/**
 * The voice that is kept of this caller, made of the same sample: the conversation becomes one of its users and its expiry is
 * extended. Undefined when there is none, and a clone is needed. Throws ElevenLabsError, ServiceError.
 */
export const reuseVoice = async (
  call: PreCall,
  claimed: Claimed,
  deps: PreCallDeps,
  trace: CloneTrace,
): Promise<ClonedVoice | undefined> => {
  const { voices, conversations, elevenLabs, log, meter, nowMs } = deps;
  const offered = await offeredVoice(call, deps);
  if (offered === undefined) return undefined;
  const { voice_id: voiceId } = offered;
  const { conversation_id: conversationId, agent_id: agentId } = call.event;
  // It may have been promised to calls that start elsewhere for longer.
  const expiresAtS = Math.max(voiceExpiryS(deps), offered.expires_at);
  const use = { voiceId, conversationId, agentId, expiresAtS };
  if (!(await conversations.recordClone(claimed, voiceId))) throw await claimLost(conversationId, deps);
  if (!(await voices.share(use, Math.floor(nowMs() / 1000)))) return goBack(claimed, deps);
  trace.voiceId = voiceId;
  const found = await getVoice(elevenLabs, voiceId, call.deadline);
  if (found === undefined) {
    await voices.endUse(voiceId, conversationId);
    trace.voiceId = undefined;
    return goBack(claimed, deps);
  }
  log.info('voice_reused', { voice_id: voiceId });
  meter.count('VoicesReused');
  return { voiceId, voiceName: found.name ?? claimed.voiceName };
};

/** The conversation has no voice after all, and its own is yet to be cloned. */
const goBack = async (claimed: Claimed, deps: PreCallDeps): Promise<undefined> => {
  const isBack = await deps.conversations.startAgain(claimed, claimed.voiceName);
  if (!isBack) throw await claimLost(claimed.conversationId, deps);
};

const offeredVoice = async (
  { callerHash, caller, samples }: PreCall,
  { voices, settings, nowMs }: PreCallDeps,
): Promise<Voice | undefined> => {
  if (callerHash === undefined || settings.retainS === 0) return undefined;
  const offer = caller?.reusable;
  const sampleDigest = samplesDigest(samples);
  if (offer?.sample_digest !== sampleDigest) return undefined;
  const seen = await voices.read(offer.voice_id);
  return seen !== undefined && isReusable(seen, { callerHash, sampleDigest }, nowMs()) ? seen : undefined;
};
