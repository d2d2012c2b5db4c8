import { readCallAudio } from './audio-event';
import type { PostCallDeps } from './deps';
import { dropBody, markOf } from './erased-call';
import { recordingKey } from './keys';
import type { AudioEvent } from './post-call-event';
import type { TakenBody } from './post-call-job';

/**
 * Keeps a recording that was pushed, where recordings are to be kept; the body, which holds it a second time, goes. What is no MP3 is
 * counted and left with the raw bodies: trying again would not change it. Throws 503.
 */
export const keepRecording = async (event: AudioEvent, body: TakenBody, deps: PostCallDeps): Promise<void> => {
  const { archive, records, bodies, settings, nowMs, log, meter } = deps;
  if (!settings.storesAudio) return bodies.remove(body.key);
  const key = recordingKey(event.conversationId);
  if ((await markOf(event.conversationId, deps)) !== undefined) {
    await archive.remove(key);
    return dropBody(body, deps);
  }
  const audio = readCallAudio(event);
  if (!audio.ok) {
    log.warn('recording_refused', { reason: audio.reason });
    meter.countBy('RecordingsRefused', 'Reason', audio.reason);
    return;
  }
  await archive.put(key, audio.mp3, 'audio/mpeg');
  const expiresAtS = Math.floor(nowMs() / 1000) + settings.recordKeptS;
  if (!(await records.addRecording(event.conversationId, key, expiresAtS))) {
    await archive.remove(key);
    return dropBody(body, deps);
  }
  await bodies.remove(body.key);
  log.info('recording_kept', { bytes: audio.mp3.length });
  meter.count('RecordingsKept');
};
