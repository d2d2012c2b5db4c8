import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { VoiceDeletionDeps } from './deps';
import { destroyVoice, forgottenAtS } from './destroy-voice';
import { waitForLease } from './end-conversation';
import { endUses } from './expire-voice';

/** Seconds after which a voice that somebody came to use meanwhile is looked at again. */
const usedAgainS = 10;

/**
 * Deletes a voice of an erased caller, in use or kept or neither: the conversations that use it end, its agents get their own back.
 * Waits for a pre-call that is at work with it. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const eraseVoice = async (voiceId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, conversations } = deps;
  const seen = await voices.read(voiceId);
  if (seen === undefined || seen.state === 'deleted') return;
  if (seen.state !== 'deleting') {
    for (const conversationId of Object.keys(seen.users)) {
      const user = await conversations.read(conversationId);
      if (user !== undefined) waitForLease(user, deps);
    }
    await endUses(seen, deps);
    const isCondemned = await voices.markDeleting(voiceId, forgottenAtS(deps));
    if (!isCondemned && (await voices.read(voiceId))?.state === 'live') throw new RetryLater('voice_used', usedAgainS);
  }
  await destroyVoice(voiceId, deadline, deps);
};
