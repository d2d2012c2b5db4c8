import { ElevenLabsError } from '../adapters/elevenlabs/errors';
import { createVoice, findVoice, getVoice } from '../adapters/elevenlabs/voices';
import { voiceDescription, voiceLabels } from '../domain/cloned-voice';
import type { Claimed } from './claim';
import type { PreCall, PreCallDeps } from './deps';
import { cloning, toServiceError } from './failures';

/** What is known of the conversation's clone, for whoever has to clean up. */
export interface CloneTrace {
  voiceId?: string;
  /** Whether a clone may exist whose id nobody got. */
  mayExist: boolean;
}

/**
 * The conversation's voice: the one that an earlier attempt made, or a new clone. Keeps `trace` true at every step.
 * Throws ServiceError.
 */
export const obtainVoice = async (
  call: PreCall,
  claimed: Claimed,
  deps: PreCallDeps,
  trace: CloneTrace,
): Promise<string> => {
  try {
    const description = voiceDescription(claimed.conversationId, await deps.installationId());
    const identity = { name: claimed.voiceName, description };
    trace.mayExist = claimed.search;
    const earlier = claimed.search
      ? await findVoice(deps.elevenLabs, identity, call.deadline)
      : await stillThere(claimed.voiceId, call, deps);
    const voiceId = earlier ?? (await clone(identity, call, deps, trace));
    trace.voiceId = voiceId;
    return voiceId;
  } catch (error) {
    throw toServiceError(error, cloning);
  }
};

const stillThere = async (
  voiceId: string | undefined,
  call: PreCall,
  deps: PreCallDeps,
): Promise<string | undefined> =>
  voiceId === undefined ? undefined : (await getVoice(deps.elevenLabs, voiceId, call.deadline))?.voice_id;

const clone = async (
  identity: { name: string; description: string },
  { event, sample, deadline }: PreCall,
  { elevenLabs, log, meter, nowMs }: PreCallDeps,
  trace: CloneTrace,
): Promise<string> => {
  const startedMs = nowMs();
  log.info('voice_clone_start', {
    sample_bytes: sample.bytes.length,
    sample_duration_s: sample.durationS,
    sample_format: sample.format,
  });
  meter.count('VoiceClonesRequested');
  trace.mayExist = true;
  try {
    const labels = voiceLabels(event.conversation_id);
    const voiceId = await createVoice(elevenLabs, { ...identity, labels, samples: [sample] }, deadline);
    log.info('voice_clone_success', { voice_id: voiceId, duration_ms: nowMs() - startedMs });
    meter.durationMs('VoiceCloneDuration', nowMs() - startedMs);
    return voiceId;
  } catch (error) {
    const code = error instanceof ElevenLabsError ? error.code : 'unknown';
    trace.mayExist = !(error instanceof ElevenLabsError) || error.mayHaveHappened;
    log.error('voice_clone_failed', error, { duration_ms: nowMs() - startedMs, may_have_happened: trace.mayExist });
    meter.countBy('VoiceClonesFailed', 'Code', code);
    throw error;
  }
};
