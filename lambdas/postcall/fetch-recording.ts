import { openRecording } from '../adapters/elevenlabs/recordings';
import { recordingKey } from '../domain/post-call/keys';
import type { Deadline } from '../shared/deadline';
import type { PostCallDeps } from './deps';

/**
 * Streams a conversation's recording from ElevenLabs into the archive, in constant memory, unless it is there already. Throws
 * ElevenLabsError, also while it is not there yet, and ServiceError.
 */
export const fetchRecording = async (conversationId: string, deadline: Deadline, deps: PostCallDeps): Promise<void> => {
  const { records, archive, elevenLabs, settings, nowMs, log, meter } = deps;
  log.identify({ conversation_id: conversationId });
  if ((await records.read(conversationId))?.recording_key != null) return;
  const key = recordingKey(conversationId);
  await archive.putStream(key, await openRecording(elevenLabs, conversationId, deadline), 'audio/mpeg');
  await records.addRecording(conversationId, key, Math.floor(nowMs() / 1000) + settings.recordKeptS);
  log.info('recording_kept');
  meter.count('RecordingsKept');
};
