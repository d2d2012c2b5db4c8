import type { ErasureJobs } from '../../aws/job-queue';
import type { Callers } from '../../ledger/callers';
import type { Erasures } from '../../ledger/erasures';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import type { Caller } from '../caller';
import { beginErasure, erasureKeptS, markKeptS } from './erasure';
import { referencesOfCallers } from './find-references';

/** Delay before the worker begins, in seconds. By then the erasure's item exists. */
const beginsAfterS = 1;

/** Dependencies for starting an erasure. */
export interface StartErasureDeps {
  readonly callers: Pick<Callers, 'read' | 'erase'>;
  readonly erasures: Pick<Erasures, 'write' | 'append'>;
  readonly jobs: ErasureJobs;
  /** How long, in seconds, work that runs at the time of the request can continue. */
  readonly settleS: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** A new erasure. Times are in unix seconds. */
export interface StartingErasure {
  readonly erasureId: string;
  readonly callerHashes: readonly string[];
  /** The conversations of a caller without a number. */
  readonly conversationIds: readonly string[];
  readonly requestedAtS: number;
  /** Requests signed, and calls begun, at or before this time are erased. */
  readonly erasedAtS: number;
  /** The caller's item under each key. */
  readonly known: readonly (Caller | undefined)[];
  /** False if an earlier erasure covers this one. Data that exists now arrived after that erasure. */
  readonly isFirst: boolean;
}

/** Queues an erasure, stores the caller's references, and marks the caller. Throws AwsUnavailable if AWS fails. */
export const startErasure = async (
  { erasureId, callerHashes, conversationIds, requestedAtS, erasedAtS, known, isFirst }: StartingErasure,
  { callers, erasures, jobs, settleS, log, meter }: StartErasureDeps,
): Promise<void> => {
  // Queued first: every erasure in the ledger then has a job. A job without an erasure is dropped.
  const cloneIds = known.flatMap((each) => (each?.clone === undefined ? [] : [each.clone.clone_id]));
  await jobs.enqueue({ erasure_id: erasureId, requested_at: requestedAtS, clone_ids: cloneIds }, beginsAfterS);
  const begun = {
    erasure_id: erasureId,
    requested_at: requestedAtS,
    erased_at: erasedAtS,
    settled_at: Math.max(requestedAtS + settleS, ...known.map(cloneLeaseS)),
    caller_hashes: [...callerHashes],
    conversation_ids: [...conversationIds],
    expires_at: requestedAtS + erasureKeptS,
  };
  await erasures.write(erasureId, beginErasure(begun));
  if (isFirst) await erasures.append(begun, [], referencesOfCallers(known));
  for (const callerHash of callerHashes) await callers.erase(callerHash, erasedAtS, requestedAtS + markKeptS);
  log.info('erasure_accepted', { erasure_id: erasureId });
  meter.count('Erasures');
};

/** Returns until when a clone of the caller may be in progress, in unix seconds. */
const cloneLeaseS = (known: Caller | undefined): number => Math.ceil((known?.clone?.lease_until ?? 0) / 1000);
