import type { CloneJobs } from '../aws/job-queue';
import type { CallerHashing } from '../callers/caller-hash';
import { callerAndSetup } from '../ledger/initiation-view';
import type { LedgerTable } from '../ledger/table';
import { atMost, type Deadline } from '../platform/deadline';
import { parseJson } from '../platform/json';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
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

/** Dependencies for answering a starting call. */
export interface InitiationDeps {
  readonly hashing: Pick<CallerHashing, 'hashes'>;
  readonly table: Pick<LedgerTable, 'getMany'>;
  readonly jobs: Pick<CloneJobs, 'enqueue'>;
  readonly terms: InitiationTerms;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** Longest wait for the caller's hash key and the ledger together, in milliseconds. */
const lookUpMs = 800;

/** Longest wait for the queue, in milliseconds. A job that is lost is queued again by the caller's next call. */
const queueMs = 300;

/**
 * Answers a starting call before the deadline. If the body can't be read, or the ledger is down or slow, the answer
 * holds only the variables of the settings, because an error would end a ringing call. Never throws.
 */
export const answerCall = async (body: Buffer, deadline: Deadline, deps: InitiationDeps): Promise<InitiationAnswer> => {
  const { log, meter } = deps;
  const { outcome, answer, jobs } = await decide(body, deadline, deps).catch((error: unknown): InitiationDecision => {
    log.error('initiation_failed', error);
    return { outcome: 'fault', answer: plainAnswer(deps.terms.dynamicVariables, undefined), jobs: [] };
  });
  await Promise.all(jobs.map((job) => queue(job, deadline, deps)));
  log.info('initiation_answered', { outcome });
  meter.countBy('InitiationsAnswered', 'Outcome', outcome);
  const cached = cacheMetrics[outcome];
  if (cached !== undefined) meter.count(cached);
  return answer;
};

/** Only a known caller can have a cached voice. */
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
  const known = await atMost(Math.min(lookUpMs, deadline.leftMs()), lookUp(request, nowS, deps));
  return decideInitiation({ ...known, agentId }, deps.terms, nowS);
};

const lookUp = async ({ callerId, agentId }: InitiationRequest, nowS: number, { hashing, table }: InitiationDeps) => {
  const hashes = callerId === undefined ? [] : await hashing.hashes(callerId);
  return callerAndSetup(table, hashes, agentId, nowS);
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
