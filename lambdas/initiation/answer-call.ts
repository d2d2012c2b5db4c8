import type { CloneJobs } from '../aws/job-queue';
import type { CallerHashing } from '../callers/caller-hash';
import { mayUseVoice } from '../callers/consent';
import { type LedgerView, lookUpCall } from '../ledger/initiation-view';
import type { LedgerTable } from '../ledger/table';
import { atMost, type Deadline, deadlineAt } from '../platform/deadline';
import { parseJson } from '../platform/json';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { CachedVoiceDeps } from '../voices/cached-voice';
import type { CloneJob } from '../voices/clone-job';
import {
  decideInitiation,
  type InitiationAnswer,
  type InitiationDecision,
  type InitiationOutcome,
  type InitiationRequest,
  type InitiationTerms,
  plainAnswer,
  readInitiation,
} from './initiation';
import { withLongerVoice } from './longer-voice';
import type { TakenPreCall } from './pre-calls';
import { type TakeDeps, takePreCall } from './take-pre-call';

/** Dependencies for answering a starting call. */
export interface InitiationDeps extends TakeDeps, CachedVoiceDeps {
  readonly hashing: Pick<CallerHashing, 'hashes'>;
  readonly table: Pick<LedgerTable, 'getMany'>;
  readonly jobs: Pick<CloneJobs, 'enqueue'>;
  readonly terms: InitiationTerms;
  readonly meter: Meter;
  /** Longest wait for the caller's hash key and the ledger together, in milliseconds. @default 800 */
  readonly lookUpMs?: number;
}

/** Time reserved for the answer after the wait for a pre-call, in milliseconds. */
const answerMs = 150;

/** Longest wait for the queue, in milliseconds. A job that is lost is queued again by the caller's next call. */
const queueMs = 300;

/**
 * Answers a starting call before the deadline. If the body can't be read, or the ledger is down or slow, answers with
 * the configured variables only. An error would end a ringing call. Never throws.
 */
export const answerCall = async (body: Buffer, deadline: Deadline, deps: InitiationDeps): Promise<InitiationAnswer> => {
  const { log, meter } = deps;
  const decision = await decide(body, deadline, deps).catch((error: unknown): InitiationDecision => {
    log.error('initiation_failed', error);
    return { outcome: 'fault', overlaps: false, jobs: [], answer: plainAnswer(deps.terms.dynamicVariables) };
  });
  const { outcome, answer, jobs } = decision;
  await Promise.all(jobs.map((job) => queue(job, deadline, deps)));
  log.info('initiation_answered', { outcome });
  meter.countBy('InitiationsAnswered', 'Outcome', outcome);
  if (outcome === 'prepared') meter.count('CallsServedPerCall');
  if (decision.overlaps) meter.count('CallsWithOthersVoice');
  const cached = cacheMetrics[outcome];
  if (cached !== undefined) meter.count(cached);
  return answer;
};

/** The cache metric of each outcome. Only a known caller can have a cached voice. */
const cacheMetrics: Readonly<Partial<Record<InitiationOutcome, string>>> = {
  voice: 'VoiceCacheHits',
  greeting_only: 'VoiceCacheHits',
  not_enabled: 'VoiceCacheHits',
  no_voice: 'VoiceCacheMisses',
};

const decide = async (body: Buffer, deadline: Deadline, deps: InitiationDeps): Promise<InitiationDecision> => {
  const request = readInitiation(jsonOf(body, deps.log));
  const { agentId, conversationId } = request;
  deps.log.identify({ conversation_id: conversationId ?? null, agent_id: agentId ?? null });
  const nowS = Math.floor(deps.nowMs() / 1000);
  const { lookUpMs = 800 } = deps;
  const known = await atMost(Math.min(lookUpMs, deadline.leftMs()), lookUp(request, nowS, deps));
  const prepared = await takePreparedCall({ request, view: known, nowS }, deadline, deps);
  const view = { ...known, agentId, prepared };
  const leftMs = Math.max(0, deadline.leftMs() - answerMs);
  return decideInitiation(await withLongerVoice(view, nowS, leftMs, deps), deps.terms, nowS);
};

/**
 * Reads what the ledger has about a call. The caller is `caller_id` of an inbound call, and `called_number` of an
 * outbound call.
 */
const lookUp = async (
  { callerId, calledNumber, agentId, conversationId: callId }: InitiationRequest,
  nowS: number,
  { hashing, table }: InitiationDeps,
): Promise<LedgerView> => {
  const hashesOf = async (number: string | undefined): Promise<readonly string[]> =>
    number === undefined ? [] : hashing.hashes(number);
  const [from, to] = await Promise.all([hashesOf(callerId), hashesOf(calledNumber)]);
  const view = await lookUpCall(table, { hashes: [...from, ...to], agentId, callId }, nowS);
  const own = await Promise.all((view.setup?.numbers ?? []).map(hashesOf));
  const isOutbound = own.flat().some((hash) => hash === from[0]);
  const ofCaller = isOutbound ? to : from;
  return { ...view, callers: view.callers.filter(({ hash }) => ofCaller.includes(hash)) };
};

/** Takes a pre-call for this call. Returns undefined if the ledger does not confirm that before the deadline. */
const takePreparedCall = async (
  { request, view, nowS }: { request: InitiationRequest; view: LedgerView; nowS: number },
  deadline: Deadline,
  deps: InitiationDeps,
): Promise<TakenPreCall | undefined> => {
  const { agentId, conversationId: callId } = request;
  if (agentId === undefined || callId === undefined) return undefined;
  if (!view.callers.every(({ caller }) => mayUseVoice(caller, deps.terms.consent))) return undefined;
  const leftMs = Math.max(0, deadline.leftMs() - answerMs);
  const starting = { callId, agentId, nowS, longestCallS: deps.terms.longestCallS };
  const takeDeadline = deadlineAt(deps.nowMs() + leftMs, deps.nowMs);
  return atMost(leftMs, takePreCall(starting, view, takeDeadline, deps)).catch((error: unknown) => {
    deps.log.error('precall_not_taken', error);
    return undefined;
  });
};

const jsonOf = (body: Buffer, log: Log): unknown => {
  try {
    return parseJson(body, 'body');
  } catch {
    log.warn('initiation_unreadable', { bytes: body.length });
    return undefined;
  }
};

const queue = async (job: CloneJob, deadline: Deadline, { jobs, log }: InitiationDeps): Promise<void> => {
  try {
    await atMost(Math.min(queueMs, deadline.leftMs()), jobs.enqueue(job, 0));
    log.info('initiation_queued', { kind: job.kind });
  } catch (error) {
    log.error('initiation_not_queued', error, { kind: job.kind });
  }
};
