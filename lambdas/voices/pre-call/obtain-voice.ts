import { ElevenLabsError } from '../../elevenlabs/errors';
import { createVoice, findVoice, getVoice } from '../../elevenlabs/voices';
import { ServiceError } from '../../platform/errors';
import { type VoiceIdentity, voiceDescription, voiceLabels } from '../voice-identity';
import { type Claimed, claimLost, newVoiceName } from './claim';
import type { PreCall, PreCallDeps } from './deps';
import { cloning, toServiceError } from './failures';
import { keepVoice } from './keep-voice';
import { reuseVoice } from './reuse-voice';

/** A conversation's voice, as it is called at ElevenLabs. */
export interface ClonedVoice {
  readonly voiceId: string;
  readonly voiceName: string;
}

/** What is known of the conversation's clone, for whoever has to clean up. Never says less than is so. */
export interface CloneTrace {
  voiceId: string | undefined;
  /** Whether a clone may exist whose id nobody got. */
  mayExist: boolean;
}

/**
 * The conversation's voice, durable in the ledger: the one that an earlier attempt made, one that is kept of this caller, or a
 * new clone. Keeps `trace` true at every step. Throws ServiceError.
 */
export const obtainVoice = async (
  call: PreCall,
  claimed: Claimed,
  deps: PreCallDeps,
  trace: CloneTrace,
): Promise<ClonedVoice> => {
  try {
    const description = voiceDescription(claimed.conversationId, await deps.installationId());
    const identity = { name: claimed.voiceName, description };
    const earlier = await earlierVoice(identity, claimed, call, deps);
    trace.voiceId = earlier?.voiceId;
    if (earlier !== undefined && (await keepVoice(earlier.voiceId, call, claimed, deps))) return earlier;
    trace.voiceId = undefined;
    const kept = await reuseVoice(call, claimed, deps, trace);
    if (kept !== undefined) return kept;
    const isFirst = earlier === undefined && claimed.voiceId === undefined;
    const name = isFirst ? identity.name : await startAgain(call, claimed, deps);
    const voiceId = await clone({ name, description }, call, deps, trace);
    trace.voiceId = voiceId;
    if (await keepVoice(voiceId, call, claimed, deps)) return { voiceId, voiceName: name };
    throw await claimLost(claimed.conversationId, deps);
  } catch (error) {
    throw toServiceError(error, cloning);
  }
};

/**
 * The earlier clone is gone, or being deleted: the conversation goes back to `cloning` under a new name, before the new clone
 * is begun, so that whoever takes over searches for the new one and not for the old.
 */
const startAgain = async (call: PreCall, claimed: Claimed, deps: PreCallDeps): Promise<string> => {
  const name = newVoiceName(call, deps.nowMs());
  if (await deps.conversations.startAgain(claimed, name)) return name;
  throw await claimLost(claimed.conversationId, deps);
};

/** The clone of an earlier attempt, as far as it still exists; throws when ElevenLabs does not say. */
const earlierVoice = async (
  identity: VoiceIdentity,
  { voiceId, search }: Claimed,
  { deadline }: PreCall,
  { elevenLabs }: PreCallDeps,
): Promise<ClonedVoice | undefined> => {
  if (search) {
    const found = await findVoice(elevenLabs, identity, deadline);
    return found === undefined ? undefined : { voiceId: found, voiceName: identity.name };
  }
  const known = voiceId === undefined ? undefined : await getVoice(elevenLabs, voiceId, deadline);
  return known === undefined ? undefined : { voiceId: known.voice_id, voiceName: known.name ?? identity.name };
};

const clone = async (
  identity: VoiceIdentity,
  { event, samples, deadline }: PreCall,
  { elevenLabs, log, meter, nowMs }: PreCallDeps,
  trace: CloneTrace,
): Promise<string> => {
  const startedMs = nowMs();
  log.info('voice_clone_start', {
    samples: samples.length,
    sample_bytes: samples.reduce((sum, { bytes }) => sum + bytes.length, 0),
    sample_duration_s: samples.reduce((sum, { durationS }) => sum + durationS, 0),
  });
  meter.count('VoiceClonesRequested');
  trace.mayExist = true;
  try {
    const labels = voiceLabels(event.conversation_id);
    const voiceId = await createVoice(elevenLabs, { ...identity, labels, samples }, deadline);
    log.info('voice_clone_success', { voice_id: voiceId, duration_ms: nowMs() - startedMs });
    meter.durationMs('VoiceCloneDuration', nowMs() - startedMs);
    return voiceId;
  } catch (error) {
    trace.mayExist = error instanceof ElevenLabsError ? error.outcomeUnknown : !(error instanceof ServiceError);
    log.error('voice_clone_failed', error, { duration_ms: nowMs() - startedMs, outcome_unknown: trace.mayExist });
    meter.count('VoiceCloneFailures');
    meter.countBy('VoiceClonesFailed', 'Code', error instanceof ElevenLabsError ? error.code : 'unknown');
    throw error;
  }
};
