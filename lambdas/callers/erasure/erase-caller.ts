import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { ErasureDeps } from './deps';
import { eraseAtElevenLabs } from './erase-at-elevenlabs';
import { eraseExports } from './erase-exports';
import { eraseCalls, eraseConversations, eraseEnrolments, eraseObjects, eraseRecords } from './erase-stores';
import { eraseUnknownEvents } from './erase-unknown-events';
import { eraseAgents, eraseVoices } from './erase-voices';
import {
  closeErasure,
  type ErasureJob,
  finishErasure,
  type KeptBecause,
  markKeptS,
  type RunningErasure,
} from './erasure';
import { countsOf } from './erasure-pages';
import { afterPass, nextJobStep } from './erasure-steps';
import { findReferences, openPass, type Pass } from './find-references';
import { findNamedConversations } from './named-conversations';

/**
 * Runs one pass of an erasure: marks the caller, finds and records their data, and deletes it or queues its deletion.
 * The erasure is done when a pass finds nothing and no earlier work can still write. Every step is idempotent, and the
 * next pass completes an interrupted one. Throws RetryLater while the erasure is not done, and AwsUnavailable if a step
 * fails.
 */
export const eraseCaller = async (job: ErasureJob, deadline: Deadline, deps: ErasureDeps): Promise<void> => {
  const { erasures, nowMs, log } = deps;
  const step = nextJobStep(job, await erasures.read(job.erasure_id), nowMs() / 1000);
  switch (step.do) {
    case 'nothing':
      return;
    case 'wait':
      throw new RetryLater('erasure', step.afterS);
    case 'drop':
      log.warn('erasure_unknown', { erasure_id: job.erasure_id });
      return;
    case 'finish':
      return finish(job.erasure_id, deps);
    case 'pass':
      return runPass(job, step.erasure, deadline, deps).catch((error: unknown) => continueLater(job, error, deps));
  }
};

/** Continues in a new job if the pass ran out of time. Receive counts and long pauses are for failures only. */
const continueLater = async (job: ErasureJob, error: unknown, { jobs }: ErasureDeps): Promise<void> => {
  if (!(error instanceof RetryLater) || error.blockedBy !== 'deadline') throw error;
  await jobs.enqueue(job, error.afterS);
};

const runPass = async (
  job: ErasureJob,
  erasure: RunningErasure,
  deadline: Deadline,
  deps: ErasureDeps,
): Promise<void> => {
  const pass = await openPass(erasure, deps);
  // A worker that stopped after it sealed the pages leaves the closing to this one.
  if (pass.isSealed()) return close(pass, deps.elevenLabs === undefined ? 'switched_off' : 'refused', deps);
  await markErased(erasure, deps);
  await eraseClones(job, erasure, deps);
  const calls = await eraseCalls(pass, deadline, deps);
  await findReferences(pass, deadline, deps);
  await findNamedConversations(pass, deps);
  const conversations = await eraseConversations(pass, deadline, deps);
  const foundHere = {
    calls,
    conversations: conversations.found,
    voices: await eraseVoices(pass, conversations.waiting, deadline, deps),
    agents: await eraseAgents(pass, deps),
    records: await eraseRecords(pass, deadline, deps),
    events: await eraseUnknownEvents(pass, deadline, deps),
    exports: await eraseExports(pass, deps),
    objects: (await eraseEnrolments(pass, deps)) + (await eraseObjects(pass, deadline, deps)),
  };
  // Runs last, so that no other deletion waits for ElevenLabs.
  const atElevenLabs = await eraseAtElevenLabs(pass, conversations.possiblyLiveIds, deadline, deps);
  const found = { ...foundHere, at_elevenlabs: atElevenLabs.found };
  deps.log.info('erasure_pass', { erasure_id: job.erasure_id, ...found });
  const next = afterPass(erasure, sumOf(found), deps.nowMs() / 1000);
  if (next.do === 'wait') throw new RetryLater('erasure', next.afterS);
  if (!(await pass.seal())) throw new RetryLater('erasure', 1);
  return close(pass, atElevenLabs.keptBecause, deps);
};

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Marks the caller as erased, in case the request stopped before it did. Does not mark data from after the erasure. */
const markErased = async (
  { caller_hashes, erased_at, requested_at }: RunningErasure,
  { callers }: ErasureDeps,
): Promise<void> => {
  for (const callerHash of caller_hashes) await callers.erase(callerHash, erased_at, requested_at + markKeptS);
};

/** Queues a search for each clone with an unknown outcome, delayed until no worker can still be creating it. */
const eraseClones = async (
  { clone_ids }: ErasureJob,
  { settled_at }: RunningErasure,
  { deletionJobs, nowMs }: ErasureDeps,
): Promise<void> => {
  const delayS = Math.max(0, settled_at - nowMs() / 1000);
  for (const clone_id of clone_ids) await deletionJobs.enqueue({ reason: 'clone_erased', clone_id }, delayS);
};

const close = async (pass: Pass, keptBecause: KeptBecause | undefined, deps: ErasureDeps): Promise<void> => {
  const { erasures, nowMs, log, meter } = deps;
  const { erasure_id: erasureId, requested_at: requestedAtS } = pass.erasure;
  const counts = countsOf(pass.known());
  const consents = await countConsents(pass, deps);
  const kept = { ...(consents !== undefined && { consents }), conversations_because: keptBecause };
  if (!(await erasures.write(erasureId, closeErasure(counts, kept, Math.floor(nowMs() / 1000))))) return;
  log.info('erasure_done', { erasure_id: erasureId, ...counts });
  meter.durationMs('ErasureDuration', Math.round(nowMs() - requestedAtS * 1000));
  return finish(erasureId, deps);
};

/** Returns the number of consents under the caller's keys; undefined if the caller has none. */
const countConsents = async ({ erasure }: Pass, { items }: ErasureDeps): Promise<number | undefined> => {
  if (erasure.caller_hashes.length === 0) return undefined;
  const keys = new Set<string>();
  for (const callerHash of erasure.caller_hashes)
    for await (const pk of items.listKeys('consent', { callerHash })) keys.add(pk);
  return keys.size;
};

/** Reduces the pages to what the report names, and ends the erasure. */
const finish = async (erasureId: string, { erasures }: ErasureDeps): Promise<void> => {
  await erasures.reduce(erasureId);
  await erasures.write(erasureId, finishErasure);
};
