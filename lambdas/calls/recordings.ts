import type { Readable } from 'node:stream';
import { ElevenLabsError } from '../elevenlabs/errors';
import { openRecording } from '../elevenlabs/recordings';
import type { Deadline } from '../platform/deadline';
import type { PostCallDeps } from './deps';
import { dropBody } from './drop-call';
import { erasureMarkOf } from './identify-call';
import type { AudioEvent } from './post-call-event';
import type { IngestedBody, WantedRecording } from './post-call-job';
import { pushedRecording } from './recording-content';
import { recordingKey } from './storage-keys';

const contentType = 'audio/mpeg';

/**
 * Stores a recording that ElevenLabs pushed, if recordings are stored, and deletes its event's body. If the recording
 * is not an MP3, counts it and keeps the body, because a retry would not help. Throws 503 if AWS fails.
 */
export const storePushedRecording = async (
  event: AudioEvent,
  body: IngestedBody,
  deps: PostCallDeps,
): Promise<void> => {
  const { archive, bodies, settings, log, meter } = deps;
  const { conversationId } = event;
  if (!settings.storesAudio) return bodies.remove(body.key);
  const key = recordingKey(conversationId);
  if ((await erasureMarkOf(conversationId, deps)) !== undefined) {
    await archive.remove(key);
    return dropBody(body, deps);
  }
  const recording = pushedRecording(event);
  if (!recording.ok) {
    log.warn('recording_refused', { reason: recording.reason });
    meter.countBy('RecordingsRefused', 'Reason', recording.reason);
    return;
  }
  await archive.put(key, recording.mp3, contentType);
  if (!(await noteRecording(conversationId, deps))) return dropBody(body, deps);
  await bodies.remove(body.key);
  log.info('recording_kept', { bytes: recording.mp3.length });
  meter.count('RecordingsKept');
};

/**
 * Streams a recording from ElevenLabs into the archive in constant memory. Skips it if it is stored, if its caller was
 * erased, or if recordings are not stored. Gives up on a missing recording six hours after the request. Throws
 * ElevenLabsError if ElevenLabs fails or has no recording yet, and ServiceError if AWS fails.
 */
export const fetchRecording = async (
  wanted: WantedRecording,
  deadline: Deadline,
  deps: PostCallDeps,
): Promise<void> => {
  const { records, archive, settings, log, meter } = deps;
  const { conversation_id: conversationId } = wanted;
  log.identify({ conversation_id: conversationId });
  if (!settings.storesAudio) {
    // The job is older than the setting.
    log.info('recording_skipped');
    return;
  }
  const record = await records.read(conversationId);
  if (record?.recording_key != null) return;
  const key = recordingKey(conversationId);
  if (record?.erased_at !== undefined) return archive.remove(key);
  const recording = await openUnlessGivenUp(wanted, deadline, deps);
  if (recording === undefined) return;
  await archive.putStream(key, recording, contentType);
  if (!(await noteRecording(conversationId, deps))) return;
  log.info('recording_kept');
  meter.count('RecordingsKept');
};

/** Writes a recording's key to its record. Returns false and deletes the recording if the caller was erased. */
const noteRecording = async (
  conversationId: string,
  { archive, records, settings, nowMs }: PostCallDeps,
): Promise<boolean> => {
  const key = recordingKey(conversationId);
  const expiresAtS = Math.floor(nowMs() / 1000) + settings.recordKeptS;
  const isNoted = await records.addRecording(conversationId, key, expiresAtS);
  if (!isNoted) await archive.remove(key);
  return isNoted;
};

/** How long after the request a missing recording is given up, in seconds. */
const giveUpAfterS = 6 * 3600;

/** Opens the recording. Returns undefined if it is given up. */
const openUnlessGivenUp = async (
  { conversation_id, requested_at }: WantedRecording,
  deadline: Deadline,
  { elevenLabs, nowMs, log, meter }: PostCallDeps,
): Promise<Readable | undefined> => {
  try {
    return await openRecording(elevenLabs, conversation_id, deadline);
  } catch (error) {
    const isUnknown = error instanceof ElevenLabsError && error.kind === 'refused';
    if (!isUnknown || requested_at === undefined || requested_at + giveUpAfterS > nowMs() / 1000) throw error;
    log.warn('recording_given_up', {
      elevenlabs_code: error.code,
      waited_s: Math.round(nowMs() / 1000 - requested_at),
    });
    meter.count('RecordingsGivenUp');
    return undefined;
  }
};
