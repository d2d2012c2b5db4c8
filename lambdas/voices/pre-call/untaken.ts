import type { Caller } from '../../callers/caller';
import { callerName } from '../../callers/caller-name';
import { samplesDigest } from '../../samples/samples-digest';
import { isReplacedBy } from '../starting-call';
import type { AgentView } from './agent-view';
import type { PreCall, PreCallDeps } from './deps';

/**
 * Queues the end of a pre-call in case no call takes it, if the caller's calls are recognised when they start. If that
 * fails, the expiry of its voice ends the pre-call. Never throws.
 */
export const scheduleUntakenEnd = async (
  { event: { conversation_id } }: PreCall,
  { isServedPerCall }: AgentView,
  { deletionJobs, settings, log }: PreCallDeps,
): Promise<void> => {
  if (!isServedPerCall) return;
  await deletionJobs
    .enqueue({ reason: 'precall_untaken', conversation_id }, settings.validS)
    .catch((error: unknown) => log.error('untaken_end_not_queued', error));
};

/** Seconds after which a replaced pre-call ends. By then ElevenLabs lists a call that already uses its answer. */
const replacedS = 30;

/**
 * Queues the end of older pre-calls of this caller with this agent that no call has taken, if they have the same sample
 * or name: the caller started again. Only of pre-calls that the initiation webhook serves, because others may be in
 * use. If this fails, they end when they are no longer valid. Never throws.
 */
export const endOlderPreCalls = async (call: PreCall, caller: Caller | undefined, deps: PreCallDeps): Promise<void> => {
  const { conversation_id, agent_id, caller_metadata } = call.event;
  const newer = {
    signedAtS: call.signedAtS,
    sampleDigest: samplesDigest(call.samples),
    name: callerName(caller_metadata?.name),
  };
  const olderIds = Object.entries(caller?.calls ?? {})
    .filter(([id, begun]) => id !== conversation_id && begun.agent_id === agent_id)
    .map(([id]) => id);
  try {
    for (const older of await deps.conversations.readMany(olderIds.slice(-maxOlder)))
      if (isReplacedBy(older, newer)) {
        const job = { reason: 'precall_untaken', conversation_id: older.conversation_id, is_replaced: true } as const;
        await deps.deletionJobs.enqueue(job, replacedS);
      }
  } catch (error) {
    deps.log.error('older_precalls_not_ended', error);
  }
};

/** The number of items that DynamoDB reads at a time. */
const maxOlder = 100;
