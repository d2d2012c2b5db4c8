import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { ErasureDeps } from './deps';
import { eraseAgents } from './erase-agents';
import { eraseCalls } from './erase-calls';
import { eraseConversations } from './erase-conversations';
import { eraseEnrolments, eraseObjects } from './erase-objects';
import { eraseRecords } from './erase-records';
import { eraseVoices } from './erase-voices';
import { countsOf, type Erasure, type ErasureJob, markKeptS } from './erasure';
import { findTraces } from './find-references';

/** Between passes lie this many seconds at first, later as many as the erasure is old, up to this many at the most. */
const pauseS = { first: 10, most: 7200 };

/** What needs nobody's patience is done by this age, in seconds. */
const youngS = 45;

/** An erasure whose item is not there after this, in seconds, was never accepted. */
const acceptedWithinS = 300;

/**
 * One pass of an erasure: marks the caller, finds what there is, remembers it, and deletes it or queues that. It is done when a pass
 * found nothing, and nothing that was at work when it was asked for can still write. Every step may be repeated, and stopping
 * anywhere is made good by the next pass. Throws RetryLater until it is done, ServiceError.
 */
export const eraseCaller = async (job: ErasureJob, deadline: Deadline, deps: ErasureDeps): Promise<void> => {
  const { erasures, log } = deps;
  const begun = await erasures.read(job.erasure_id);
  if (begun === undefined) waitForItem(job, deps);
  if (begun?.state !== 'running') return;
  await markErased(begun, deps);
  await eraseClones(job, begun, deps);
  const calls = await eraseCalls(begun, deps);
  await erasures.remember(job.erasure_id, await findTraces(begun, deps));
  const known = await erasures.read(job.erasure_id);
  if (known?.state !== 'running') return;
  const conversations = await eraseConversations(known, deps);
  const left = {
    calls,
    conversations: conversations.found,
    voices: await eraseVoices(known, conversations.waiting > 0, deps),
    agents: await eraseAgents(known, deps),
    records: await eraseRecords(known, deps),
    objects: (await eraseEnrolments(known, deps)) + (await eraseObjects(known, deadline, deps)),
  };
  log.info('erasure_pass', { erasure_id: job.erasure_id, ...left });
  await finishOrWait(
    job.erasure_id,
    Object.values(left).some((count) => count > 0),
    deps,
  );
};

const waitForItem = ({ erasure_id, requested_at }: ErasureJob, { nowMs, log }: ErasureDeps): void => {
  if (requested_at + acceptedWithinS > nowMs() / 1000) throw new RetryLater('erasure', pauseS.first);
  log.warn('erasure_unknown', { erasure_id });
};

/** The request has done it, unless it stopped before. What came after the erasure is not marked. */
const markErased = async (
  { caller_hashes, erased_at, requested_at }: Erasure,
  { callers }: ErasureDeps,
): Promise<void> => {
  for (const callerHash of caller_hashes) await callers.erase(callerHash, erased_at, requested_at + markKeptS);
};

/** Clones of which nobody knows what came are looked for once whoever makes them has ended. */
const eraseClones = async (
  { clone_ids }: ErasureJob,
  { settled_at }: Erasure,
  { deletionJobs, nowMs }: ErasureDeps,
): Promise<void> => {
  const delayS = Math.max(0, settled_at - nowMs() / 1000);
  for (const clone_id of clone_ids) await deletionJobs.enqueue({ reason: 'clone_erased', clone_id }, delayS);
};

const finishOrWait = async (erasureId: string, isAnythingLeft: boolean, deps: ErasureDeps): Promise<void> => {
  const { erasures, nowMs, log, meter } = deps;
  const seen = await erasures.read(erasureId);
  if (seen === undefined) return;
  const nowS = nowMs() / 1000;
  const ageS = nowS - seen.requested_at;
  if (isAnythingLeft) throw new RetryLater('erasure', ageS < youngS ? pauseS.first : Math.min(pauseS.most, ageS));
  if (nowS < seen.settled_at) throw new RetryLater('erasure', seen.settled_at - nowS);
  if (!(await erasures.finish(erasureId, countsOf(seen), Math.floor(nowS)))) return;
  log.info('erasure_done', { erasure_id: erasureId, ...countsOf(seen) });
  meter.durationMs('ErasureDuration', Math.round(ageS * 1000));
};
