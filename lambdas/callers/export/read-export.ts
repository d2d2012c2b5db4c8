import type { DownloadLinks } from '../../aws/download-links';
import type { Exports } from '../../ledger/exports';
import { ServiceError } from '../../platform/errors';
import { readRequest } from '../read-request';
import { archiveKey, type CallerExport, exportStatusRequest } from './export';

/** How long a download link is valid, in seconds. */
const linkValidS = 15 * 60;

/** Dependencies for the status of an export. */
export interface ExportStatusDeps {
  readonly exports: Pick<Exports, 'read'>;
  readonly links: DownloadLinks;
  readonly nowMs: () => number;
}

/** The response to `POST /callers/export/status`. */
export interface ExportStatus {
  readonly status: 'success';
  readonly export: {
    readonly state: 'running' | 'ready' | 'failed';
    /** Unix seconds. */
    readonly requested_at: number;
    readonly finished_at: number | null;
    readonly reason: string | null;
    readonly download: {
      readonly url: string;
      /** Unix seconds at which the link expires. Each status has a new link. */
      readonly url_expires_at: number;
      /** Unix seconds after which no new links are given. */
      readonly archive_expires_at: number;
      readonly size_bytes: number;
      readonly files: number;
    } | null;
  };
}

/**
 * Returns the status of an export. For a finished export, adds a new link that is valid for 15 minutes. Throws 400 with
 * the invalid fields, 404 `EXPORT_NOT_FOUND` if it does not exist, and 503 if AWS fails.
 */
export const readExport = async (body: Buffer, deps: ExportStatusDeps): Promise<ExportStatus> => {
  const request = readRequest(exportStatusRequest, body, 'The request');
  const callerExport = await deps.exports.read(request.export_id);
  if (callerExport === undefined || callerExport.state === 'cancelled') throw notFound();
  if (callerExport.expires_at * 1000 <= deps.nowMs()) throw notFound();
  const { state, requested_at } = callerExport;
  return {
    status: 'success',
    export: {
      state,
      requested_at,
      finished_at: callerExport.state === 'running' ? null : callerExport.finished_at,
      reason: callerExport.state === 'failed' ? callerExport.reason : null,
      download: callerExport.state === 'ready' ? await downloadOf(callerExport, deps) : null,
    },
  };
};

const downloadOf = async (
  { export_id: id, requested_at, expires_at, size_bytes, files }: Extract<CallerExport, { state: 'ready' }>,
  { links, nowMs }: ExportStatusDeps,
): Promise<NonNullable<ExportStatus['export']['download']>> => {
  const nowS = Math.floor(nowMs() / 1000);
  const validS = Math.min(linkValidS, expires_at - nowS);
  const day = new Date(requested_at * 1000).toISOString().slice(0, 10);
  return {
    url: await links.make(archiveKey(id), `caller-export-${day}.zip`, validS),
    url_expires_at: nowS + validS,
    archive_expires_at: expires_at,
    size_bytes,
    files,
  };
};

const notFound = (): ServiceError =>
  new ServiceError({
    code: 'EXPORT_NOT_FOUND',
    message:
      'There is no such export. Its archive is kept for a day, unless the caller is erased; ' +
      'ids are given by POST /callers/export.',
  });
