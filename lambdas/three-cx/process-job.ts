import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { RetryLater } from '../platform/retry-later';
import { checkAgent } from '../setup/check-agent';
import { obtainCallerVoice } from '../voices/caller-voice';
import type { CloneJob } from '../voices/clone-job';
import { transition } from './transition';
import { voiceForCall } from './voice-for-call';
import type { CloneWorkerDeps } from './worker-deps';

/**
 * Does one job of the clone queue; whatever it finds done it leaves. Throws RetryLater for what has to wait, ElevenLabsError and
 * ServiceError for what failed; either way the same job goes on later.
 */
export const processJob = async (job: CloneJob, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  deps.log.info('clone_job', { kind: job.kind, call: 'call' in job ? job.call : undefined });
  switch (job.kind) {
    case 'caller_clone':
      return prepareVoice(job.caller_hash, deadline, deps);
    case 'agent_check':
      return checkKnownAgent(job.agent_id, deadline, deps);
    case 'threecx_clone':
      await voiceForCall(job.call, deadline, deps);
      return transition(job.call, deadline, deps);
    case 'threecx_agent_call':
      return transition(job.call, deadline, deps);
  }
};

/** A clone that ElevenLabs refuses is refused again: the caller's next call asks for it anew. */
const prepareVoice = async (callerHash: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  try {
    const obtained = await obtainCallerVoice(callerHash, deadline, deps);
    deps.log.info('caller_voice', { outcome: obtained.outcome });
    if (obtained.outcome === 'claimed')
      throw new RetryLater('clone', Math.max(1, (obtained.untilMs - deps.nowMs()) / 1000));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.error('caller_voice_refused', error);
  }
};

const checkKnownAgent = async (agentId: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  try {
    await checkAgent(agentId, deadline, deps);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.error('agent_not_checked', error);
  }
};

const isRefusal = (error: unknown): boolean => error instanceof ElevenLabsError && error.kind === 'refused';
