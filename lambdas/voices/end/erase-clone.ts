import { listMarkedVoices } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { markedConversation } from '../voice-identity';
import type { VoiceDeletionDeps } from './deps';
import { destroyVoice, forgottenAtS } from './destroy-voice';

/**
 * Deletes what came of a clone whose caller was erased while it was made: it is searched for by its id, which stands in its
 * description. May be repeated. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const eraseClone = async (cloneId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, elevenLabs, installationId } = deps;
  const installation = await installationId();
  for await (const { voice_id: voiceId, description } of listMarkedVoices(elevenLabs, cloneId, deadline)) {
    if (markedConversation(description ?? '', installation) !== cloneId) continue;
    const forgottenS = forgottenAtS(deps);
    if (!(await voices.markUnknownDeleting(voiceId, [], forgottenS))) await voices.markDeleting(voiceId, forgottenS);
    await destroyVoice(voiceId, deadline, deps);
  }
};
