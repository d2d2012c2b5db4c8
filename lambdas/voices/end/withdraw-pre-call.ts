import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type Conversation, isAnswered, voiceOf } from '../conversation';
import type { DeletionJob, WithdrawnPreCall } from '../deletion-job';
import { reopen, withdraw } from '../failed-pre-call';
import { markUnknownDeleting } from '../voice';
import { deleteVoice } from './delete-voice';
import type { VoiceDeletionDeps } from './deps';
import { retireAll, voicesOf, waitForLease } from './end-conversation';
import { endVoiceUse } from './end-voice-use';

/** Seconds after which a conversation that was just claimed again is read again. */
const claimedAgainS = 60;

/**
 * Removes what a failed or crashed pre-call left behind, unless a repeated pre-call uses it: a conversation that was
 * answered with this voice keeps it. Waits for a pre-call that still works on the conversation. Throws RetryLater if it
 * must wait; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const withdrawPreCall = async (
  { conversation_id: conversationId, agent_id: agentId, voice_id: voiceId }: WithdrawnPreCall,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversations, log } = deps;
  log.identify({ conversation_id: conversationId, agent_id: agentId });
  const conversation = await conversations.read(conversationId);
  // Its voices are deleted, and their ids are stored nowhere.
  if (conversation?.erased_at !== undefined) return;
  if (conversation?.work === undefined || isAnswered(conversation)) {
    const isInUse = voiceId === null || (conversation !== undefined && voiceOf(conversation) === voiceId);
    return isInUse ? undefined : endVoiceUse({ agentId, conversationId, voiceId, wasAnswered: false }, deadline, deps);
  }
  waitForLease(conversation, deps);
  const voiceIds = new Set(await voicesOf(conversation, deadline, deps));
  await closeAdoption(conversation, [...voiceIds][0], deps);
  if (voiceId !== null) voiceIds.add(voiceId);
  await retireAll(conversation, { agentId, voiceIds }, deadline, deps);
  const withdrawn = await conversations.read(conversationId);
  const reopened = withdrawn === undefined ? undefined : reopen(withdrawn);
  if (reopened !== undefined) await conversations.write(conversationId, reopened);
};

/** Prevents all attempts from adopting the voice from now on. */
const closeAdoption = async (
  conversation: Conversation,
  voiceId: string | undefined,
  { conversations, nowMs }: VoiceDeletionDeps,
): Promise<void> => {
  const withdrawn = conversation.ended_at === undefined ? withdraw(conversation, voiceId, nowMs()) : undefined;
  if (withdrawn !== undefined && !(await conversations.write(conversation.conversation_id, withdrawn)))
    throw new RetryLater('lease', claimedAgainS);
};

type OrphanJob = Extract<DeletionJob, { reason: 'voice_orphaned' }>;

/**
 * Deletes a voice with this installation's mark that is not in the ledger, unless it has been added meanwhile. Waits
 * for a conversation that could still adopt it, then prevents that. Throws RetryLater if it must wait; ElevenLabsError,
 * ServiceError or AwsUnavailable on failure.
 */
export const deleteOrphan = async (job: OrphanJob, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { voices, log, meter, nowMs } = deps;
  const { voice_id: voiceId } = job;
  if ((await voices.read(voiceId)) === undefined) {
    const agentId = await agentOfOrphan(job, deps);
    const agentIds = agentId === undefined ? job.agent_ids : [...job.agent_ids, agentId];
    if (await voices.write(voiceId, markUnknownDeleting(voiceId, agentIds, nowMs()))) {
      log.warn('orphan_found', { voice_id: voiceId });
      meter.count('OrphansFound');
    }
  }
  await deleteVoice(voiceId, deadline, deps);
};

/** Returns the agent of the orphaned voice's conversation, if known, and prevents attempts from adopting the voice. */
const agentOfOrphan = async (
  { conversation_id: conversationId, voice_id: voiceId }: OrphanJob,
  deps: VoiceDeletionDeps,
): Promise<string | undefined> => {
  const conversation = conversationId === null ? undefined : await deps.conversations.read(conversationId);
  if (conversation?.work?.state === 'cloning') {
    waitForLease(conversation, deps);
    await closeAdoption(conversation, voiceId, deps);
  }
  return conversation?.agent_id;
};
