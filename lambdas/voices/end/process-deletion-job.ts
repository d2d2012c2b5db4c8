import type { Deadline } from '../../platform/deadline';
import type { DeletionJob } from '../deletion-job';
import type { VoiceDeletionDeps } from './deps';
import { endConversation } from './end-conversation';
import { endUntakenPreCall } from './end-untaken';
import { eraseClone, eraseConversation, eraseVoice } from './erase-voice';
import { expireVoice } from './expire-voice';
import { releaseAgent } from './release-agent';
import { deleteOrphan, withdrawPreCall } from './withdraw-pre-call';

/**
 * Runs one job of the voice-deletion queue, as far as it is still needed. Leaves what is already done or in use
 * unchanged. Throws RetryLater if the job must wait, and ElevenLabsError or ServiceError if it failed. In each case the
 * job runs again later.
 */
export const processJob = async (job: DeletionJob, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  deps.log.info('voice_deletion_start', { reason: job.reason });
  switch (job.reason) {
    case 'precall_failed':
    case 'claim_stuck':
      return withdrawPreCall(job, deadline, deps);
    case 'conversation_ended':
      return endConversation(job.conversation_id, deadline, deps);
    case 'precall_untaken':
      return endUntakenPreCall(job, deadline, deps);
    case 'voice_expired':
      return expireVoice(job.voice_id, deadline, deps);
    case 'voice_orphaned':
      return deleteOrphan(job, deadline, deps);
    case 'caller_erased':
      return eraseVoice(job, deadline, deps);
    case 'conversation_erased':
      return eraseConversation(job, deadline, deps);
    case 'clone_erased':
      return eraseClone(job.clone_id, deadline, deps);
    case 'agent_not_restored':
      deps.log.identify({ agent_id: job.agent_id });
      await releaseAgent(job.agent_id, undefined, deadline, deps);
      return;
  }
};
