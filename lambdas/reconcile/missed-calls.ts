import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { readPostCallBody } from '../calls/post-call-event';
import { rawBodyKey } from '../calls/storage-keys';
import type { StoredCall } from '../calls/stored-call';
import {
  type ConversationPage,
  type ConversationSummary,
  getConversation,
  listConversations,
} from '../elevenlabs/conversations';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { SearchProgress } from '../ledger/reconcile-cursor';
import { chunksOf } from '../platform/batches';
import type { Deadline } from '../platform/deadline';
import { AwsUnavailable, ServiceError } from '../platform/errors';
import { agentsInParallel } from './agent-reader';
import type { ReconcileDeps } from './deps';
import { knownAgents } from './known-agents';

/** How long before the last search's start a search begins, in seconds. ElevenLabs lists some conversations late. */
const overlapS = 24 * 3600;

/** How long after the end of a call its webhook may arrive, in seconds. ElevenLabs' last retry is after 41 minutes. */
const webhookDelayS = 3600;

/** How long after its end a conversation is retried that ElevenLabs fails to send, in seconds. */
const triedForS = 24 * 3600;

const type = 'post_call_transcription';

/** Dependencies of the search, including the queue of post-call events. */
export type MissedCallDeps = ReconcileDeps & { readonly postCallJobs: NonNullable<ReconcileDeps['postCallJobs']> };

/** How many agents are searched before the progress is saved. */
const agentsPerStep = 24;

/** How many pages of an agent's conversations are searched before the progress is saved. */
const pagesPerStep = 10;

/**
 * Ingests finished calls that no webhook reported: conversations of known agents that ended over an hour ago and have
 * no record. Searches from a day before the last search began. A search that is cut off continues where it stopped.
 * Returns the number of calls ingested.
 *
 * Counts and skips a conversation that ElevenLabs refuses, that it has failed to send for a day, or that cannot be
 * read: it must not hold up the search for all others. After another failure, continues with the next conversation,
 * throws the first failure at the end, and leaves the cursor unchanged. Throws ElevenLabsError if ElevenLabs fails, and
 * ServiceError if AWS fails.
 */
export const ingestMissedCalls = async (deadline: Deadline, deps: MissedCallDeps): Promise<number> => {
  const { cursor } = deps;
  const search: Search = { progress: await beginSearch(deps), deadline, failures: [], ingested: 0 };
  const { done_up_to: doneUpTo = '' } = search.progress;
  const remaining = [...(await knownAgents(deps))].sort().filter((agentId) => agentId > doneUpTo);
  const limit = pLimit(agentsInParallel);
  const searchOne = (agentId: string): Promise<void> => {
    const subject = { of: 'agent', missed_agent_id: agentId } as const;
    return isolateFailure({ subject, isLastTry: false }, () => searchAgent(agentId, search, deps), search, deps);
  };
  // The first agent is searched alone, because its failure may concern all.
  for (const step of [remaining.slice(0, 1), ...chunksOf(remaining.slice(1), agentsPerStep)]) {
    await allOrFirstFailure(step.map((agentId) => limit(searchOne, agentId)));
    const isLast = step.at(-1) === remaining.at(-1);
    if (!isLast) await saveProgress(search, { done_up_to: step.at(-1), read_down_to: {} }, deps);
  }
  // After a failure, the next run searches the whole time again.
  await (hasFailed(search) ? cursor.startOver() : cursor.advance(search.progress.began_at));
  if (search.failures.length > 0) throw search.failures[0];
  return search.ingested;
};

/** A running search. */
interface Search {
  progress: SearchProgress;
  readonly deadline: Deadline;
  /** The failures of this run. */
  readonly failures: unknown[];
  ingested: number;
}

/** Continues the search that was cut off, or begins a new one. */
const beginSearch = async ({ cursor, nowMs }: MissedCallDeps): Promise<SearchProgress> => {
  const { unfinished, beganAtMs } = await cursor.read();
  if (unfinished !== undefined) return unfinished;
  const began_at = nowMs();
  const installedAtMs = (await cursor.installedAtMs()) ?? began_at;
  const lastMs = beganAtMs ?? installedAtMs;
  const started_after = Math.floor(Math.max(lastMs - overlapS * 1000, installedAtMs) / 1000);
  return { began_at, started_after, read_down_to: {}, has_failed: false };
};

/** Waits for all, because a request that goes on could still save progress. Throws the first failure. */
const allOrFirstFailure = async (work: readonly Promise<void>[]): Promise<void> => {
  await Promise.allSettled(work);
  await Promise.all(work);
};

const saveProgress = async (
  search: Search,
  change: Partial<SearchProgress>,
  { cursor }: MissedCallDeps,
): Promise<void> => {
  search.progress = { ...search.progress, ...change, has_failed: hasFailed(search) };
  await cursor.saveProgress(search.progress);
};

const hasFailed = ({ progress, failures }: Search): boolean => progress.has_failed || failures.length > 0;

const searchAgent = async (agentId: string, search: Search, deps: MissedCallDeps): Promise<void> => {
  const { deadline, progress } = search;
  const filter = {
    agentId,
    startedAfterS: progress.started_after,
    startedBeforeS: progress.read_down_to[agentId],
  };
  let pages = 0;
  for await (const page of listConversations(deps.elevenLabs, filter, deadline)) {
    await searchPage(agentId, page, search, deps);
    pages += 1;
    const last = page.findLast((conversation) => conversation !== undefined);
    if (pages % pagesPerStep > 0 || last === undefined) continue;
    const read_down_to = { ...search.progress.read_down_to, [agentId]: last.start_time_unix_secs + 1 };
    await saveProgress(search, { read_down_to }, deps);
  }
};

const searchPage = async (
  agentId: string,
  page: ConversationPage,
  search: Search,
  deps: MissedCallDeps,
): Promise<void> => {
  const unreadable = page.filter((conversation) => conversation === undefined).length;
  for (let count = 0; count < unreadable; count += 1)
    skip({ of: 'list_item', missed_agent_id: agentId }, 'unreadable', deps);
  const ended = page.filter((conversation) => conversation !== undefined).filter((each) => isOver(each, deps));
  const records = await deps.records.readMany(ended.map(({ conversation_id }) => conversation_id));
  for (const conversation of ended.filter(({ conversation_id }) => !isKnown(records.get(conversation_id)))) {
    const subject = { of: 'conversation', missed_conversation_id: conversation.conversation_id } as const;
    const work = async (): Promise<void> => {
      if (await ingestConversation(conversation, agentId, search.deadline, deps)) search.ingested += 1;
      else skip(subject, 'unreadable', deps);
    };
    const isLastTry = endedForS(conversation, deps) >= triedForS;
    await isolateFailure({ subject, isLastTry }, work, search, deps);
  }
};

/** The subject of a failure or a refusal. */
type Subject =
  | { readonly of: 'agent' | 'list_item'; readonly missed_agent_id: string }
  | { readonly of: 'conversation'; readonly missed_conversation_id: string };

/**
 * Records a failure of one subject, so that the search continues, unless all others would fail too. Skips the subject
 * if ElevenLabs refuses it, or if this was its last try.
 */
const isolateFailure = async (
  { subject, isLastTry }: { readonly subject: Subject; readonly isLastTry: boolean },
  work: () => Promise<void>,
  search: Search,
  deps: ReconcileDeps,
): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (concernsAll(error)) throw error;
    if (error instanceof ElevenLabsError && (error.kind === 'refused' || isLastTry)) {
      skip(subject, error.code, deps);
      return;
    }
    deps.log.error('missed_call_failed', error, subject);
    search.failures.push(error);
  }
};

const concernsAll = (error: unknown): boolean =>
  error instanceof ServiceError ||
  error instanceof AwsUnavailable ||
  (error instanceof ElevenLabsError && (error.kind === 'access' || error.code === 'deadline_passed'));

const skip = (subject: Subject, reason: string, { log, meter }: ReconcileDeps): void => {
  log.warn('missed_call_skipped', { ...subject, reason });
  meter.countBy('MissedCallsSkipped', 'Of', subject.of);
};

const endedAtS = ({ start_time_unix_secs, call_duration_secs }: ConversationSummary): number =>
  start_time_unix_secs + (call_duration_secs ?? 0);

/** Returns whether a call ended so long ago that its webhook would have arrived, and its record is still stored. */
const isOver = (conversation: ConversationSummary, deps: ReconcileDeps): boolean => {
  const { status } = conversation;
  const sinceEndS = endedForS(conversation, deps);
  // The record of an older call may have expired.
  return (status === 'done' || status === 'failed') && sinceEndS >= webhookDelayS && sinceEndS < deps.recordKeptS;
};

const endedForS = (conversation: ConversationSummary, { nowMs }: ReconcileDeps): number =>
  nowMs() / 1000 - endedAtS(conversation);

/** Returns whether the event of a call has arrived, or the call was erased. */
const isKnown = (record: StoredCall | undefined): boolean =>
  record?.event_timestamp !== undefined || record?.failure_timestamp !== undefined || record?.erased_at !== undefined;

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
  const shown = await getConversation(elevenLabs, conversationId, deadline);
  const data = { ...shown, conversation_id: conversationId, agent_id: agentId };
  const event = { type, event_timestamp: endedAtS(conversation), data };
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
