import { createHash } from 'node:crypto';
import { readPostCallBody } from '../calls/post-call-event';
import { rawBodyKey } from '../calls/storage-keys';
import { type ConversationSummary, getConversation, listConversations } from '../elevenlabs/conversations';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { AwsUnavailable, ServiceError } from '../platform/errors';
import type { ReconcileDeps } from './deps';
import { knownAgents } from './known-agents';

/** How long before the last search's start a search begins, in seconds. ElevenLabs lists some conversations late. */
const overlapS = 24 * 3600;

/** How long after the end of a call its webhook may arrive, in seconds. ElevenLabs' last retry is after 41 minutes. */
const webhookDelayS = 3600;

const type = 'post_call_transcription';

/** Dependencies of the search, including the queue of post-call events. */
export type MissedCallDeps = ReconcileDeps & { readonly postCallJobs: NonNullable<ReconcileDeps['postCallJobs']> };

/**
 * Ingests finished calls that no webhook reported: conversations of known agents that ended over an hour ago and have
 * no record. Searches from a day before the last search began. Returns the number of calls ingested.
 *
 * Counts and skips a conversation that ElevenLabs refuses or that cannot be read. After another failure, continues with
 * the next conversation, throws the first failure at the end, and leaves the cursor unchanged. Throws ElevenLabsError
 * if ElevenLabs fails, and ServiceError if AWS fails.
 */
export const ingestMissedCalls = async (deadline: Deadline, deps: MissedCallDeps): Promise<number> => {
  const { cursor, nowMs } = deps;
  const beganAtMs = nowMs();
  const installedAtMs = (await cursor.installedAtMs()) ?? beganAtMs;
  const lastMs = (await cursor.read()) ?? installedAtMs;
  const startedAfterS = Math.floor(Math.max(lastMs - overlapS * 1000, installedAtMs) / 1000);
  const search: Search = { startedAfterS, deadline, failures: [], ingested: 0 };
  for (const agentId of await knownAgents(deps)) {
    const subject = { of: 'agent', missed_agent_id: agentId } as const;
    await separately(subject, () => searchAgent(agentId, search, deps), search, deps);
  }
  if (search.failures.length > 0) throw search.failures[0];
  await cursor.advance(beganAtMs);
  return search.ingested;
};

/** A running search. */
interface Search {
  readonly startedAfterS: number;
  readonly deadline: Deadline;
  readonly failures: unknown[];
  ingested: number;
}

const searchAgent = async (agentId: string, search: Search, deps: MissedCallDeps): Promise<void> => {
  const { startedAfterS, deadline } = search;
  for await (const conversation of listConversations(deps.elevenLabs, { agentId, startedAfterS }, deadline)) {
    if (conversation === undefined) {
      skip({ of: 'list_item', missed_agent_id: agentId }, 'unreadable', deps);
      continue;
    }
    const subject = { of: 'conversation', missed_conversation_id: conversation.conversation_id } as const;
    const work = async (): Promise<void> => {
      if (!(await isMissed(conversation, deps))) return;
      if (await ingestConversation(conversation, agentId, deadline, deps)) search.ingested += 1;
      else skip(subject, 'unreadable', deps);
    };
    await separately(subject, work, search, deps);
  }
};

/** The subject of a failure or a refusal. */
type Subject =
  | { readonly of: 'agent' | 'list_item'; readonly missed_agent_id: string }
  | { readonly of: 'conversation'; readonly missed_conversation_id: string };

/** Records a failure of one subject, so that the search continues, unless all others would fail too. */
const separately = async (
  subject: Subject,
  work: () => Promise<void>,
  search: Search,
  deps: ReconcileDeps,
): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (isForAll(error)) throw error;
    if (error instanceof ElevenLabsError && error.kind === 'refused') {
      skip(subject, error.code, deps);
      return;
    }
    deps.log.error('missed_call_failed', error, subject);
    search.failures.push(error);
  }
};

const isForAll = (error: unknown): boolean =>
  error instanceof ServiceError ||
  error instanceof AwsUnavailable ||
  (error instanceof ElevenLabsError && (error.kind === 'access' || error.code === 'deadline_passed'));

const skip = (subject: Subject, reason: string, { log, meter }: ReconcileDeps): void => {
  log.warn('missed_call_skipped', { ...subject, reason });
  meter.countBy('MissedCallsSkipped', 'Of', subject.of);
};

const endOf = ({ start_time_unix_secs, call_duration_secs }: ConversationSummary): number =>
  start_time_unix_secs + (call_duration_secs ?? 0);

const isMissed = async (
  conversation: ConversationSummary,
  { records, recordKeptS, nowMs }: ReconcileDeps,
): Promise<boolean> => {
  const { conversation_id, status } = conversation;
  const endedForS = nowMs() / 1000 - endOf(conversation);
  const isOver = (status === 'done' || status === 'failed') && endedForS >= webhookDelayS;
  // The record of an older call may have expired.
  if (!isOver || endedForS >= recordKeptS) return false;
  const record = await records.read(conversation_id);
  const isKnown = record?.event_timestamp !== undefined || record?.failure_timestamp !== undefined;
  return !isKnown && record?.erased_at === undefined;
};

/**
 * Ingests a conversation like its webhook: ElevenLabs' response becomes the event's data. A webhook that arrives later
 * replaces it. Returns false if the webhook would have been rejected.
 */
const ingestConversation = async (
  conversation: ConversationSummary,
  agentId: string,
  deadline: Deadline,
  { elevenLabs, bodies, postCallJobs, log }: MissedCallDeps,
): Promise<boolean> => {
  const { conversation_id: conversationId } = conversation;
  const known = await getConversation(elevenLabs, conversationId, deadline);
  const data = { ...known, conversation_id: conversationId, agent_id: agentId };
  const event = { type, event_timestamp: endOf(conversation), data };
  const reading = readPostCallBody(event);
  if (!reading.ok) return false;
  const bytes = Buffer.from(JSON.stringify(event));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = rawBodyKey(reading.event, sha256);
  await bodies.put(key, bytes, 'application/json', sha256);
  await postCallJobs.enqueue({ kind: 'body', key, sha256 }, 0);
  log.warn('missed_call_ingested', { missed_conversation_id: conversationId });
  return true;
};
