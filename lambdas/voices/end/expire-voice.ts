import { isConversationLive } from '../../elevenlabs/conversations';
import type { JobSink } from '../../ledger/aggregate';
import type { Voices } from '../../ledger/voices';
import type { Deadline } from '../../platform/deadline';
import type { Log } from '../../platform/log';
import { takenBy } from '../conversation';
import type { DeletionJob } from '../deletion-job';
import { mayBeInCall } from '../ended-conversation';
import { withdrawActivation } from '../on-agent/restore-agent';
import {
  decisionExpiresAfterS,
  endUse,
  isOverdue,
  markOverdueDeleting,
  prolong,
  restoreExpired,
  type Voice,
} from '../voice';
import { deleteVoice } from './delete-voice';
import type { VoiceDeletionDeps } from './deps';
import { purgeCall } from './end-conversation';
import { writeEnd } from './write-end';

/** Dependencies for expiring voices. */
export interface VoiceExpiryDeps {
  readonly voices: Pick<Voices, 'write'>;
  readonly deletionJobs: JobSink<DeletionJob>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * Handles a voice whose item DynamoDB's TTL removed. Restores the item until the voice's end is decided, and queues
 * that decision. Does nothing for a voice already deleted at ElevenLabs. Idempotent. Throws 503 when the ledger or the
 * queue fails.
 */
export const voiceExpired = async (
  expired: Voice,
  { voices, deletionJobs, nowMs, log }: VoiceExpiryDeps,
): Promise<void> => {
  if (expired.state === 'deleted') return;
  const { voice_id } = expired;
  await voices.write(voice_id, restoreExpired(expired, Math.floor(nowMs() / 1000) + decisionExpiresAfterS));
  await deletionJobs.enqueue({ reason: 'voice_expired', voice_id }, 0);
  log.info('voice_expired', { voice_id });
};

/** How long to keep an expired voice whose conversation goes on, in seconds. */
const prolongedS = 3600;

/**
 * Deletes an expired voice, or resumes a deletion that has begun. Asks ElevenLabs about each conversation that uses the
 * voice: while one goes on, keeps the voice for another hour. Throws RetryLater if it must wait; ElevenLabsError,
 * ServiceError or AwsUnavailable on failure.
 */
export const expireVoice = async (voiceId: string, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, nowMs, log } = deps;
  const voice = await voices.read(voiceId);
  if (voice === undefined) return;
  if (isOverdue(voice, nowMs())) {
    if (await isInUse(voice, deadline, deps)) {
      await voices.write(voiceId, prolong(Math.floor(nowMs() / 1000) + prolongedS));
      log.info('voice_prolonged', { voice_id: voiceId });
      return;
    }
    await endUses(voice, deps);
    const deletion = markOverdueDeleting(voice, nowMs());
    if (deletion !== undefined) await voices.write(voiceId, deletion);
  }
  await deleteVoice(voiceId, deadline, deps);
};

const isInUse = async ({ users }: Voice, deadline: Deadline, deps: VoiceDeletionDeps): Promise<boolean> => {
  for (const conversationId of Object.keys(users)) {
    const user = await deps.conversations.read(conversationId);
    if (user?.ended_at !== undefined && !mayBeInCall(user, deps.nowMs())) continue;
    // The sender's id is ElevenLabs' id only if no call took the pre-call.
    const callId = (user === undefined ? undefined : takenBy(user)) ?? conversationId;
    if (await isConversationLive(deps.elevenLabs, callId, deadline)) return true;
  }
  return false;
};

/** Ends the conversations that still use a voice. Throws 503 when the ledger or S3 fails. */
export const endUses = async ({ voice_id: voiceId, users, samples }: Voice, deps: VoiceDeletionDeps): Promise<void> => {
  for (const [conversationId, agentId] of Object.entries(users)) {
    await writeEnd(conversationId, deps);
    await withdrawActivation({ agentId, conversationId, voiceId }, deps);
    const ended = await deps.conversations.read(conversationId);
    if (ended !== undefined) await purgeCall(ended, new Set(samples), deps);
    await deps.voices.write(voiceId, endUse(conversationId));
  }
};
