import type { DeletionJobs } from '../../aws/job-queue';
import type { Voices } from '../../ledger/voices';
import type { Log } from '../../platform/log';
import { forgottenAfterS, type Voice } from '../voice';

/** What the expiry of voices works with. */
export interface VoiceExpiryDeps {
  readonly voices: Pick<Voices, 'restoreExpired'>;
  readonly deletionJobs: DeletionJobs;
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * A voice whose item time to live took away: puts the item back until its end is decided, then queues that. What is deleted at
 * ElevenLabs already may be forgotten. May be repeated. Throws 503.
 */
export const voiceExpired = async (
  expired: Voice,
  { voices, deletionJobs, nowMs, log }: VoiceExpiryDeps,
): Promise<void> => {
  if (expired.state === 'deleted') return;
  await voices.restoreExpired(expired, Math.floor(nowMs() / 1000) + forgottenAfterS);
  await deletionJobs.enqueue({ reason: 'voice_expired', voice_id: expired.voice_id }, 0);
  log.info('voice_expired', { voice_id: expired.voice_id });
};
