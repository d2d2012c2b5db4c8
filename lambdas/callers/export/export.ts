import * as z from 'zod';
import { phoneNumberText } from '../../platform/short-text';
import type { Transition } from '../../platform/transition';

/** The body of `POST /callers/export`. */
export const exportRequest = z.object({ type: z.literal('caller_export'), phone_number: phoneNumberText });

const exportId = z.string().regex(/^[0-9a-f]{32}$/, 'expected an id that POST /callers/export gave');

/** The body of `POST /callers/export/status`. */
export const exportStatusRequest = z.object({ type: z.literal('export_status'), export_id: exportId });

/** A message in the export queue. */
export const exportJob = z.object({
  export_id: exportId,
  /** Unix seconds. */
  requested_at: z.number(),
});

/** An export to run. */
export type ExportJob = z.infer<typeof exportJob>;

/** How long an archive can be downloaded, in seconds. */
export const archiveKeptS = 24 * 3600;

/** How long an export may take, in seconds, including outages. */
export const exportRunsS = 24 * 3600;

/*
 *   (none) ──► running ──► ready        the archive is in the bucket
 *                 ├──────► failed       it never will be
 *   running, ready, failed ──► cancelled    an erasure: the archive goes, and the item once no worker holds it
 *
 * A worker holds the item until `worker_until`, so that an erasure knows whether an archive may still be written.
 */

const head = z.object({
  export_id: exportId,
  /** The caller's keys, one under each current value of the secret. */
  caller_hashes: z.array(z.string()),
  /** Unix seconds. */
  requested_at: z.number(),
  expires_at: z.number(),
  /** Unix milliseconds. */
  worker_until: z.number().optional(),
});

/** Why an export failed: its archive takes longer than a function may run. */
const failureReason = z.enum(['too_large']);

/** The EXPORT item in the ledger. */
export const callerExport = z.discriminatedUnion('state', [
  head.extend({ state: z.literal('running') }),
  head.extend({ state: z.literal('ready'), finished_at: z.number(), size_bytes: z.number(), files: z.number() }),
  head.extend({ state: z.literal('failed'), finished_at: z.number(), reason: failureReason }),
  head.extend({ state: z.literal('cancelled') }),
]);

/** An export in the ledger. */
export type CallerExport = z.infer<typeof callerExport>;
/** An export in progress. */
export type RunningExport = Extract<CallerExport, { state: 'running' }>;

/** Returns the S3 key of an export's archive. */
export const archiveKey = (id: string): string => `exports/${id}.zip`;

/** Begins an export. Its job is queued first. */
export const beginExport = (begun: Omit<RunningExport, 'state'>): Transition => ({
  region: 'export',
  from: { state: 'absent' },
  to: { ...begun, state: 'running' },
});

/** Takes the export's lease for one worker, unless another worker has it. */
export const holdExport = (untilMs: number, nowMs: number): Transition => ({
  region: 'export',
  from: { state: { is: 'running' }, worker_until: ['absent', { atMost: nowMs }] },
  to: { worker_until: untilMs },
});

/** Releases the lease. The worker has stopped and writes no archive. */
export const releaseExport: Transition = {
  region: 'export',
  from: { state: 'present' },
  to: { worker_until: undefined },
};

/** Makes the archive available for download. */
export const completeExport = (
  archive: { readonly size_bytes: number; readonly files: number },
  atS: number,
): Transition => ({
  region: 'export',
  from: { state: { is: 'running' } },
  to: { ...archive, state: 'ready', finished_at: atS, expires_at: atS + archiveKeptS, worker_until: undefined },
});

/** Marks the export as failed, without an archive. */
export const failExport = (reason: z.infer<typeof failureReason>, atS: number): Transition => ({
  region: 'export',
  from: { state: { is: 'running' } },
  to: { reason, state: 'failed', finished_at: atS, worker_until: undefined },
});

/** Cancels the export for an erasure. */
export const cancelExport: Transition = {
  region: 'export',
  from: { state: { oneOf: ['running', 'ready', 'failed'] } },
  to: { state: 'cancelled' },
};
