import type { Readable } from 'node:stream';
import { ElevenLabsError } from '../elevenlabs/errors';
import { openRecording } from '../elevenlabs/recordings';
import type { Deadline } from '../platform/deadline';
import type { PostCallDeps } from './deps';
import { recordingKey } from './keys';
import type { WantedRecording } from './post-call-job';

/** A recording that ElevenLabs does not know this long after it was asked for, in seconds, does not come any more. */
const patienceS = 6 * 3600;

/**
 * Streams a conversation's recording from ElevenLabs into the archive, in constant memory, unless it is there already, or its caller
 * was erased. One that is still not there six hours after it was asked for is given up. Throws
 * ElevenLabsError, also while it is not there yet, and ServiceError.
 */
export const fetchRecording = async (
  wanted: WantedRecording,
  deadline: Deadline,
  deps: PostCallDeps,
): Promise<void> => {
  const { records, archive, settings, nowMs, log, meter } = deps;
  const { conversation_id: conversationId } = wanted;
  log.identify({ conversation_id: conversationId });
  const known = await records.read(conversationId);
  if (known?.recording_key != null) return;
  const key = recordingKey(conversationId);
  if (known?.erased_at !== undefined) return archive.remove(key);
  const recording = await open(wanted, deadline, deps);
  if (recording === undefined) return;
  await archive.putStream(key, recording, 'audio/mpeg');
  const expiresAtS = Math.floor(nowMs() / 1000) + settings.recordKeptS;
  if (!(await records.addRecording(conversationId, key, expiresAtS))) return archive.remove(key);
  log.info('recording_kept');
  meter.count('RecordingsKept');
};

/** Undefined for one that is given up. */
const open = async (
  { conversation_id, requested_at }: WantedRecording,
  deadline: Deadline,
  { elevenLabs, nowMs, log, meter }: PostCallDeps,
): Promise<Readable | undefined> => {
  try {
    return await openRecording(elevenLabs, conversation_id, deadline);
  } catch (error) {
    const isUnknown = error instanceof ElevenLabsError && error.kind === 'refused';
    if (!isUnknown || requested_at === undefined || requested_at + patienceS > nowMs() / 1000) throw error;
    log.warn('recording_given_up', {
      elevenlabs_code: error.code,
      waited_s: Math.round(nowMs() / 1000 - requested_at),
    });
    meter.count('RecordingsGivenUp');
    return undefined;
  }
};
