import { Readable } from 'node:stream';
import { makeZip } from 'client-zip';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type ArchiveEntry, archiveEntries } from './archive-entries';
import type { ExportDeps } from './deps';
import {
  archiveKey,
  type CallerExport,
  completeExport,
  type ExportJob,
  failExport,
  holdExport,
  releaseExport,
  type RunningExport,
} from './export';

/** An export that has no item after this many seconds was never accepted. */
const acceptedWithinS = 300;

/** How long before the deadline an archive must be complete, in milliseconds. */
const reserveMs = 10_000;

/** How long after the deadline the function has stopped for certain, in milliseconds. */
const graceMs = 5_000;

/** How often the worker checks whether an erasure has cancelled its export, in milliseconds. */
const checkEveryMs = 2_000;

/** Why the worker stopped writing an archive. */
class ArchiveStopped extends Error {
  override readonly name = 'ArchiveStopped';

  constructor(readonly reason: 'too_large' | 'cancelled') {
    super(`The archive is not completed: ${reason}.`);
  }
}

/**
 * Streams the archive of an export into the bucket. Fails the export for good if it exceeds the function's timeout.
 * Stops if an erasure cancels it. Throws RetryLater while another worker holds the export. Throws ElevenLabsError or
 * AwsUnavailable if a service fails; the next attempt then starts again.
 */
export const exportCaller = async (job: ExportJob, deadline: Deadline, deps: ExportDeps): Promise<void> => {
  const { exports, archives, nowMs, log } = deps;
  const { export_id: id, requested_at } = job;
  const callerExport = await exports.read(id);
  if (callerExport === undefined) {
    if (requested_at + acceptedWithinS > nowMs() / 1000) throw new RetryLater('export', 10);
    log.warn('export_unknown', { export_id: id });
    return archives.remove(archiveKey(id));
  }
  if (callerExport.state !== 'running') return;
  if (!(await exports.write(id, holdExport(deadline.atMs + graceMs, nowMs())))) throw new RetryLater('lease', 60);
  try {
    await complete(callerExport, deadline, deps);
  } catch (error) {
    await archives.remove(archiveKey(id));
    if (!(await isFailed(error, callerExport, deps))) throw error;
  } finally {
    await exports.write(id, releaseExport);
  }
};

const complete = async (running: RunningExport, deadline: Deadline, deps: ExportDeps): Promise<void> => {
  const { exports, nowMs, log, meter } = deps;
  const { export_id: id, requested_at } = running;
  const archive = await writeArchive(running, deadline, deps);
  if (!(await exports.write(id, completeExport(archive, Math.floor(nowMs() / 1000)))))
    throw new ArchiveStopped('cancelled');
  log.info('export_done', { export_id: id, ...archive });
  meter.durationMs('ExportDuration', Math.round(nowMs() - requested_at * 1000));
};

/** Returns whether the export is over, so that no attempt follows. */
const isFailed = async (
  error: unknown,
  { export_id: id }: CallerExport,
  { exports, nowMs, log, meter }: ExportDeps,
): Promise<boolean> => {
  if (error instanceof ArchiveStopped && error.reason === 'cancelled') {
    log.info('export_cancelled', { export_id: id });
    return true;
  }
  const isTooLarge = error instanceof ArchiveStopped || (error instanceof RetryLater && error.blockedBy === 'deadline');
  if (!isTooLarge) return false;
  log.error('export_failed', error, { export_id: id, reason: 'too_large' });
  meter.count('ExportsFailed');
  await exports.write(id, failExport('too_large', Math.floor(nowMs() / 1000)));
  return true;
};

const writeArchive = async (
  running: RunningExport,
  deadline: Deadline,
  deps: ExportDeps,
): Promise<{ readonly size_bytes: number; readonly files: number }> => {
  const archive = { size_bytes: 0, files: 0 };
  let stopped: unknown;
  const files = async function* () {
    try {
      for await (const { name, content } of guarded(running, deadline, deps)) {
        archive.files += 1;
        yield { name, input: content, lastModified: new Date(running.requested_at * 1000) };
      }
    } catch (error) {
      stopped = error;
      throw error;
    }
  };
  const measured = async function* () {
    for await (const chunk of makeZip(files())) {
      archive.size_bytes += chunk.length;
      yield chunk;
    }
  };
  await deps.archives
    .putStream(archiveKey(running.export_id), Readable.from(measured()), 'application/zip')
    .catch((error: unknown) => {
      throw stopped ?? error;
    });
  return archive;
};

/** Yields the archive's files while time is left and no erasure has cancelled the export. */
const guarded = async function* (
  running: RunningExport,
  deadline: Deadline,
  deps: ExportDeps,
): AsyncIterable<ArchiveEntry> {
  let checkedAtMs = deps.nowMs();
  for await (const entry of archiveEntries(running, deadline, deps)) {
    if (deadline.leftMs() < reserveMs) throw new ArchiveStopped('too_large');
    if (checkedAtMs + checkEveryMs <= deps.nowMs()) {
      checkedAtMs = deps.nowMs();
      if ((await deps.exports.read(running.export_id))?.state !== 'running') throw new ArchiveStopped('cancelled');
    }
    yield entry;
  }
};
