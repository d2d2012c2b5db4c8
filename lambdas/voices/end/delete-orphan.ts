import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { DeletionJob } from '../deletion-job';
import type { VoiceDeletionDeps } from './deps';
import { destroyVoice, forgottenAtS } from './destroy-voice';
import { waitForLease } from './end-conversation';

/** Seconds after which a conversation that was just claimed again is looked at. */
const claimedAgainS = 60;

type OrphanJob = Extract<DeletionJob, { reason: 'voice_orphaned' }>;

/**
 * Deletes a voice with our mark that the ledger does not know, unless it has come to know it meanwhile. A conversation that could
 * still find and adopt it is waited for, then told not to. Throws RetryLater, ElevenLabsError, ServiceError.
 */
export const deleteOrphan = async (job: OrphanJob, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, log, meter } = deps;
  const { voice_id: voiceId } = job;
  const agentIds = new Set(job.agent_ids);
  if ((await voices.read(voiceId)) === undefined) {
    const agentId = await closeAdoption(job, deps);
    if (agentId !== undefined) agentIds.add(agentId);
    if (await voices.markUnknownDeleting(voiceId, [...agentIds], forgottenAtS(deps))) {
      log.warn('orphan_found', { voice_id: voiceId });
      meter.count('OrphansFound');
    }
  }
  await destroyVoice(voiceId, deadline, deps);
};

/** Sees to it that no retry adopts the voice; the agent of its conversation, if that is known. */
const closeAdoption = async (
  { conversation_id: conversationId, voice_id: voiceId }: OrphanJob,
  deps: VoiceDeletionDeps,
): Promise<string | undefined> => {
  const { conversations, nowMs } = deps;
  const seen = conversationId === null ? undefined : await conversations.read(conversationId);
  if (seen?.state !== 'cloning') return seen?.agent_id;
  waitForLease(seen, deps);
  if (seen.ended_at === undefined && !(await conversations.abandon(seen, voiceId, nowMs())))
    throw new RetryLater('lease', claimedAgainS);
  return seen.agent_id;
};
