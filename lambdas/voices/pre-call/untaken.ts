import type { Caller } from '../../callers/caller';
import { callerName } from '../../callers/caller-name';
import { carryOut } from '../../ledger/aggregate';
import { samplesDigest } from '../../samples/samples-digest';
import type { Conversation } from '../conversation';
import { endKeptS } from '../end/write-end';
import { endUntaken } from '../starting-call';
import type { AgentAhead } from './activation';
import type { PreCall, PreCallDeps } from './deps';

/**
 * Queues the end of a pre-call in case no call takes it, if the caller's calls are recognised when they start. If that
 * fails, the expiry of its voice ends the pre-call. Never throws.
 */
export const scheduleUntakenEnd = async (
  { event: { conversation_id } }: PreCall,
  { isServedPerCall }: AgentAhead,
  { deletionJobs, settings, log }: PreCallDeps,
): Promise<void> => {
  if (!isServedPerCall) return;
  await deletionJobs
    .enqueue({ reason: 'precall_untaken', conversation_id }, settings.validS)
    .catch((error: unknown) => log.error('untaken_end_not_queued', error));
};

/**
 * Ends older pre-calls of this caller with this agent that no call has taken, if they have the same sample or name: the
 * caller started again. Ends only pre-calls that the initiation webhook serves, because others may be in use. If this
 * fails, they end when they are no longer valid. Never throws.
 */
export const endOlderPreCalls = async (call: PreCall, caller: Caller | undefined, deps: PreCallDeps): Promise<void> => {
  const { conversation_id, agent_id } = call.event;
  const olderIds = Object.entries(caller?.calls ?? {})
    .filter(([id, begun]) => id !== conversation_id && begun.agent_id === agent_id)
    .map(([id]) => id);
  try {
    for (const older of await deps.conversations.readMany(olderIds.slice(-maxOlder)))
      if (isReplacedBy(call, older)) await endOne(older, deps);
  } catch (error) {
    deps.log.error('older_precalls_not_ended', error);
  }
};

/** The number of items that DynamoDB reads at a time. */
const maxOlder = 100;

const isReplacedBy = ({ event, samples, signedAtS }: PreCall, older: Conversation): boolean => {
  const { work, answer, signed_at } = older;
  if (work?.state !== 'ready' || answer?.recognised_by !== 'initiation' || (signed_at ?? 0) > signedAtS) return false;
  const name = callerName(event.caller_metadata?.name);
  const hasSameName = name !== undefined && name === callerName(answer.caller_info.Name);
  return hasSameName || work.sample_digest === samplesDigest(samples);
};

const endOne = async (older: Conversation, { conversations, deletionJobs, nowMs, log }: PreCallDeps): Promise<void> => {
  const { conversation_id } = older;
  const ended = endUntaken(older, nowMs(), Math.floor(nowMs() / 1000) + endKeptS);
  if (ended === undefined) return;
  const job = { reason: 'conversation_ended', conversation_id } as const;
  if (await carryOut(conversations, conversation_id, { ...ended, enqueue: { job, delayS: 0 } }, deletionJobs))
    log.info('precall_replaced', { replaced_conversation_id: conversation_id });
};
