import type { DeletionJob } from '../domain/deletion-job';
import type { ReconcileDeps } from './deps';

/** An end this old should have been worked off, in milliseconds. */
const settledMs = 15 * 60_000;

/** Voices whose expiry has passed and that time to live has not reached yet, and conversations that have ended and still use one. */
export const overdueVoices = async function* ({
  voices,
  conversations,
  nowMs,
}: ReconcileDeps): AsyncIterable<DeletionJob> {
  for await (const voice of voices.list()) {
    if (voice.state === 'deleted') continue;
    if (voice.expires_at * 1000 <= nowMs()) yield { reason: 'voice_expired', voice_id: voice.voice_id };
    else {
      for (const conversationId of Object.keys(voice.users)) {
        const endedAtMs = (await conversations.read(conversationId))?.ended_at ?? Infinity;
        if (endedAtMs + settledMs <= nowMs()) yield { reason: 'conversation_ended', conversation_id: conversationId };
      }
    }
  }
};
