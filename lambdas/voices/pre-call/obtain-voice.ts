import { getVoice, type NewVoice } from '../../elevenlabs/voices';
import { ServiceError } from '../../platform/errors';
import { samplesDigest } from '../../samples/samples-digest';
import { findClone, isOutcomeUnknown, makeClone } from '../cloning';
import { cloned, cloning, sharing } from '../conversation';
import { addUser, endUse, isReusable, type KeptVoice, record } from '../voice';
import { newVoiceName } from './claim-conversation';
import type { ClaimedConversation } from './claimed-conversation';
import type { PreCall, PreCallDeps } from './deps';
import { cloningTheVoice, toServiceError } from './failures';

/** A conversation's voice and its name at ElevenLabs. */
export interface ObtainedVoice {
  readonly voiceId: string;
  readonly voiceName: string;
}

/**
 * Returns the conversation's voice after recording it in the ledger: the voice of an earlier attempt, a voice kept for
 * this caller, or a new clone. Clones only after `mayClone` has resolved. Throws ServiceError when no voice can be
 * obtained.
 */
export const obtainVoice = async (
  call: PreCall,
  claimed: ClaimedConversation,
  mayClone: () => Promise<unknown>,
  deps: PreCallDeps,
): Promise<ObtainedVoice> => {
  try {
    const wasMade = claimed.progress.clone === 'made';
    const earlier = await earlierVoice(call, claimed, deps);
    if (earlier !== undefined && (await keepVoice(earlier.voiceId, call, claimed, deps))) return earlier;
    claimed.noteProgress({ clone: 'none' });
    const reused = await reuseVoice(call, claimed, deps);
    if (reused !== undefined) return reused;
    // An attempt that takes over must search for the new clone, not the earlier one.
    if (wasMade || earlier !== undefined) await claimed.moveOn(cloning(claimed.work, newVoiceName(call, deps.nowMs())));
    await mayClone();
    const { voiceId, needsVerification } = await clone(call, claimed, deps);
    if (!(await keepVoice(voiceId, call, claimed, deps))) throw await claimed.lostError();
    // The voice was recorded first, so that this failure deletes it.
    if (needsVerification) throw verificationNeeded();
    return { voiceId, voiceName: claimed.work.voice_name };
  } catch (error) {
    throw toServiceError(error, cloningTheVoice);
  }
};

/** Returns the clone of an earlier attempt if it still exists. Throws ElevenLabsError when the lookup fails. */
const earlierVoice = async (
  { deadline }: PreCall,
  { progress, work, conversationId }: ClaimedConversation,
  deps: PreCallDeps,
): Promise<ObtainedVoice | undefined> => {
  if (progress.clone === 'none') return undefined;
  if (progress.clone === 'unknown') {
    const voiceId = await findClone({ name: work.voice_name, madeFor: conversationId }, deadline, deps);
    return voiceId === undefined ? undefined : { voiceId, voiceName: work.voice_name };
  }
  const voice = await getVoice(deps.elevenLabs, progress.voiceId, deadline);
  return voice === undefined ? undefined : { voiceId: voice.voice_id, voiceName: voice.name ?? work.voice_name };
};

const verificationNeeded = (): ServiceError =>
  new ServiceError({
    code: 'VOICE_NEEDS_VERIFICATION',
    message:
      'ElevenLabs made the voice, but nobody may use it before its owner has verified it. ' +
      'Precall deletes it. The operator has to ask ElevenLabs why clones of this workspace need verification.',
  });

const clone = async (
  { samples, deadline }: PreCall,
  claimed: ClaimedConversation,
  deps: PreCallDeps,
): Promise<NewVoice> => {
  const about = {
    samples: samples.length,
    sample_bytes: samples.reduce((sum, { bytes }) => sum + bytes.length, 0),
    sample_duration_s: samples.reduce((sum, { durationS }) => sum + durationS, 0),
  };
  const wanted = { name: claimed.work.voice_name, madeFor: claimed.conversationId, samples, about };
  claimed.noteProgress({ clone: 'unknown' });
  try {
    return await makeClone(wanted, deadline, deps);
  } catch (error) {
    if (!isOutcomeUnknown(error)) claimed.noteProgress({ clone: 'none' });
    throw error;
  }
};

/** Returns when a voice expires if its call has no known end, in unix seconds. */
export const voiceExpiryS = ({ settings, nowMs }: Pick<PreCallDeps, 'settings' | 'nowMs'>): number =>
  Math.floor(nowMs() / 1000) + settings.voiceTtlHours * 3600;

/**
 * Records the voice for this conversation before its id is used elsewhere. Writes the conversation's and the voice's
 * item at the same time: an end without the voice's id searches for the clone. Returns false if the voice is being
 * deleted. Throws 409 or 503 when the claim is lost.
 */
const keepVoice = async (
  voiceId: string,
  { event, samples, callerHash, signedAtS }: PreCall,
  claimed: ClaimedConversation,
  deps: PreCallDeps,
): Promise<boolean> => {
  claimed.noteProgress({ clone: 'made', voiceId });
  const { work } = claimed;
  const newVoice = {
    voiceId,
    conversationId: event.conversation_id,
    agentId: event.agent_id,
    sampleDigest: samplesDigest(samples),
    callerHash,
    signedAtS,
    expiresAtS: voiceExpiryS(deps),
    retainS: deps.settings.retainS,
    sampleKeys: work.samples,
  };
  const moving = claimed.moveOn(cloned(work, voiceId));
  const recording = deps.voices.write(voiceId, record(newVoice));
  // The clean-up must not begin before both outcomes are known.
  await Promise.allSettled([moving, recording]);
  await moving;
  return (await recording) || deps.voices.write(voiceId, addUser(newVoice, 0));
};

/**
 * Reuses a voice that was kept for this caller and made of the same sample. Adds the conversation as a user and extends
 * the voice's expiry. Returns undefined if a clone is needed. Throws ElevenLabsError or ServiceError when a request
 * fails or the claim is lost.
 */
const reuseVoice = async (
  call: PreCall,
  claimed: ClaimedConversation,
  deps: PreCallDeps,
): Promise<ObtainedVoice | undefined> => {
  const { voices, elevenLabs, log, meter, nowMs } = deps;
  const offered = await offeredVoice(call, deps);
  if (offered === undefined) return undefined;
  const { voice_id: voiceId } = offered;
  const { conversation_id: conversationId, agent_id: agentId } = call.event;
  claimed.noteProgress({ clone: 'made', voiceId });
  await claimed.moveOn(sharing(claimed.work, voiceId));
  // Calls without a pre-call may already have a longer expiry for it.
  const expiresAtS = Math.max(voiceExpiryS(deps), offered.expires_at);
  const use = { voiceId, conversationId, agentId, expiresAtS };
  const isShared = await voices.write(voiceId, addUser(use, Math.floor(nowMs() / 1000)));
  const voice = isShared ? await getVoice(elevenLabs, voiceId, call.deadline) : undefined;
  if (voice === undefined) {
    await voices.write(voiceId, endUse(conversationId));
    claimed.noteProgress({ clone: 'none' });
    await claimed.moveOn(cloning(claimed.work, claimed.work.voice_name));
    return undefined;
  }
  log.info('voice_reused', { voice_id: voiceId });
  meter.count('VoicesReused');
  return { voiceId, voiceName: voice.name ?? claimed.work.voice_name };
};

const offeredVoice = async (
  { callerHash, caller, samples }: PreCall,
  { voices, settings, nowMs }: PreCallDeps,
): Promise<KeptVoice | undefined> => {
  if (callerHash === undefined || settings.retainS === 0) return undefined;
  const offer = caller?.reusable;
  const sampleDigest = samplesDigest(samples);
  if (offer?.sample_digest !== sampleDigest) return undefined;
  const voice = await voices.read(offer.voice_id);
  return voice !== undefined && isReusable(voice, { callerHash, sampleDigest }, nowMs()) ? voice : undefined;
};
