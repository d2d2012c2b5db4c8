import { randomBytes } from 'node:crypto';
import type { CountryCode } from 'libphonenumber-js/min';
import type { ExportJobs } from '../../aws/job-queue';
import type { Erasures } from '../../ledger/erasures';
import type { Exports } from '../../ledger/exports';
import { ServiceError } from '../../platform/errors';
import { parseJson } from '../../platform/json';
import type { Log } from '../../platform/log';
import type { Meter } from '../../platform/metrics';
import { problemsOf } from '../../platform/problems';
import type { CallerHashing } from '../caller-hash';
import { normalisePhoneNumber, phoneNumberProblem } from '../phone-number';
import { beginExport, exportRequest, exportRunsS } from './export';

/** Delay before the worker begins, in seconds. By then the export's item exists. */
const beginsAfterS = 1;

/** Dependencies for requesting an export. */
export interface ExportRequestDeps {
  readonly exports: Pick<Exports, 'write'>;
  readonly erasures: Pick<Erasures, 'listEntries'>;
  readonly jobs: ExportJobs;
  readonly callerHashes: CallerHashing['hashes'];
  readonly country: CountryCode | undefined;
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
  const callerHashes = await readHashes(body, deps);
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

const readHashes = async (body: Buffer, deps: ExportRequestDeps): Promise<readonly string[]> => {
  const { data: request, error } = exportRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) throw invalid(problemsOf(error));
  // If a text can mean two numbers, use only the likelier one. The other may belong to another person.
  const number = normalisePhoneNumber(request.phone_number, deps.country);
  if (number === undefined) throw invalid(`phone_number: ${phoneNumberProblem(request.phone_number, deps.country)}`);
  return deps.callerHashes(number);
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The export request is not valid: ${problem}.` });

const erasureRunning = (): ServiceError =>
  new ServiceError({
    code: 'ERASURE_RUNNING',
    message: 'This caller is being erased. Request the export again when POST /callers/erasure says done.',
  });
