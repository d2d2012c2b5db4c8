import { randomBytes } from 'node:crypto';
import type { ExportJobs } from '../../aws/job-queue';
import type { Erasures } from '../../ledger/erasures';
import type { Exports } from '../../ledger/exports';
import { ServiceError } from '../../platform/errors';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import { type CallerKeysDeps, callerKeysIn } from '../caller-keys';
import { readRequest } from '../read-request';
import { beginExport, exportRequest, exportRunsS } from './export';

const what = 'The export request';

/** Delay before the worker begins, in seconds. By then the export's item exists. */
const beginsAfterS = 1;

/** Dependencies for requesting an export. */
export interface ExportRequestDeps extends CallerKeysDeps {
  readonly exports: Pick<Exports, 'write'>;
  readonly erasures: Pick<Erasures, 'listEntries'>;
  readonly jobs: ExportJobs;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** The response to `POST /callers/export`. */
export interface ExportAccepted {
  readonly status: 'accepted';
  readonly export_id: string;
}

/**
 * Queues an archive of all data about a caller, known or not. Throws 400 for an invalid number, 409 `ERASURE_RUNNING`
 * during an erasure of the caller, and 503 if AWS fails.
 */
export const requestExport = async (body: Buffer, deps: ExportRequestDeps): Promise<ExportAccepted> => {
  const { exports, jobs, nowMs, log, meter } = deps;
  const request = readRequest(exportRequest, body, what);
  const callerHashes = await callerKeysIn(request, what, deps);
  if (await isBeingErased(callerHashes, deps.erasures)) throw erasureRunning();
  const requestedAtS = Math.floor(nowMs() / 1000);
  const exportId = randomBytes(16).toString('hex');
  // Queued first: every export in the ledger then has a job. A job without an export is dropped.
  await jobs.enqueue({ export_id: exportId, requested_at: requestedAtS }, beginsAfterS);
  const begun = {
    export_id: exportId,
    caller_hashes: [...callerHashes],
    requested_at: requestedAtS,
    expires_at: requestedAtS + exportRunsS,
  };
  await exports.write(exportId, beginExport(begun));
  log.info('export_accepted', { export_id: exportId });
  meter.count('Exports');
  return { status: 'accepted', export_id: exportId };
};

/** Returns whether an erasure of the caller is running. An erasure names the caller only while it runs. */
const isBeingErased = async (
  callerHashes: readonly string[],
  erasures: ExportRequestDeps['erasures'],
): Promise<boolean> => {
  for (const callerHash of callerHashes)
    for await (const { state } of erasures.listEntries({ callerHash })) if (state === 'running') return true;
  return false;
};

const erasureRunning = (): ServiceError =>
  new ServiceError({
    code: 'ERASURE_RUNNING',
    message: 'This caller is being erased. Request the export again when POST /callers/erasure says done.',
  });
