import type { Caller } from '../../callers/caller';
import { callerName } from '../../callers/caller-name';
import { carryOut } from '../../ledger/aggregate';
import { samplesDigest } from '../../samples/samples-digest';
import type { Conversation } from '../conversation';
import { endKeptS } from '../end/write-end';
import { endUntaken } from '../taking';
import type { AgentAhead } from './activation';
import type { PreCall, PreCallDeps } from './deps';

/**
 * Queues the end of a pre-call that stays untaken, for a caller whose calls are recognised when they start. If
 * that fails, its voice's expiry ends it. Never throws.
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
 * Ends the older pre-calls of this caller with this agent that no call has taken, if they are of the same sample or
 * name: the caller began anew. Only where a call takes its pre-call when it starts, since others may be in use.
 * What fails here ends when the pre-call is no longer valid. Never throws.
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

/** DynamoDB reads this many items at a time. */
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
