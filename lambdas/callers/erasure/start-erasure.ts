import type { ErasureJobs } from '../../aws/job-queue';
import type { Callers } from '../../ledger/callers';
import type { Erasures } from '../../ledger/erasures';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import type { Caller } from '../caller';
import { beginErasure, erasureKeptS, markKeptS } from './erasure';
import { referencesOfCallers } from './find-references';

/** The worker begins this long after the request, in seconds: its item is there by then. */
const beginsAfterS = 1;

/** Dependencies for starting an erasure. */
export interface StartErasureDeps {
  readonly callers: Pick<Callers, 'read' | 'erase'>;
  readonly erasures: Pick<Erasures, 'write' | 'append'>;
  readonly jobs: ErasureJobs;
  /** What was at work when the erasure is asked for has ended after this, in seconds. */
  readonly settleS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** An erasure that is about to start; times in unix seconds. */
export interface StartingErasure {
  readonly erasureId: string;
  readonly callerHashes: readonly string[];
  readonly requestedAtS: number;
  /** What was signed up to then, and calls that began up to then, are erased. */
  readonly erasedAtS: number;
  /** What is known of the caller under each key. */
  readonly known: readonly (Caller | undefined)[];
  /** False where an earlier erasure covers this one: what is there now came after it. */
  readonly isFirst: boolean;
}

/** Queues an erasure, notes what the caller's items lead to, and marks the caller. Throws AwsUnavailable. */
export const startErasure = async (
  { erasureId, callerHashes, requestedAtS, erasedAtS, known, isFirst }: StartingErasure,
  { callers, erasures, jobs, settleS, log, meter }: StartErasureDeps,
): Promise<void> => {
  // Queued first: every erasure in the ledger is carried out, and a job without one is dropped.
  const cloneIds = known.flatMap((each) => (each?.clone === undefined ? [] : [each.clone.clone_id]));
  await jobs.enqueue({ erasure_id: erasureId, requested_at: requestedAtS, clone_ids: cloneIds }, beginsAfterS);
  const begun = {
    erasure_id: erasureId,
    requested_at: requestedAtS,
    erased_at: erasedAtS,
    settled_at: Math.max(requestedAtS + settleS, ...known.map(cloneLeaseS)),
    caller_hashes: [...callerHashes],
    expires_at: requestedAtS + erasureKeptS,
  };
  await erasures.write(erasureId, beginErasure(begun));
  if (isFirst) await erasures.append(begun, [], referencesOfCallers(known));
  for (const callerHash of callerHashes) await callers.erase(callerHash, erasedAtS, requestedAtS + markKeptS);
  log.info('erasure_accepted', { erasure_id: erasureId });
  meter.count('Erasures');
};

/** Until when a clone of the caller may be under way, in unix seconds. */
const cloneLeaseS = (known: Caller | undefined): number => Math.ceil((known?.clone?.lease_until ?? 0) / 1000);
