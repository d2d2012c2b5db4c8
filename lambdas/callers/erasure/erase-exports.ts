import { archiveKey, cancelExport } from '../export/export';
import type { ErasureDeps } from './deps';
import { isErasedCall, type RunningErasure } from './erasure';
import { foundEntry } from './erasure-pages';
import type { Pass } from './find-references';

/**
 * Cancels the caller's exports and deletes their archives. Keeps an export until its worker has stopped. Returns the
 * number of exports found. Throws RetryLater if the pass must stop, and AwsUnavailable if AWS fails.
 */
export const eraseExports = async (pass: Pass, { exports, objects, nowMs }: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const callerHash of pass.erasure.caller_hashes)
    for await (const { export_id: id, requested_at } of exports.list({ callerHash })) {
      if (!isErasedExport(pass.erasure, requested_at)) continue;
      await pass.remember({ found: [foundEntry('exports', id)] });
      await exports.write(id, cancelExport);
      const found = await exports.read(id);
      if (found === undefined) continue;
      count += 1;
      if ((found.worker_until ?? 0) > nowMs()) continue;
      await objects.remove(archiveKey(id));
      await exports.remove(id);
    }
  return count;
};

/**
 * Returns whether the erasure covers this export. An export requested at the same moment may not see the erasure yet. A
 * repeated erasure covers only what the first one covered.
 */
const isErasedExport = (erasure: RunningErasure, requestedAtS: number): boolean =>
  isErasedCall(erasure, requestedAtS) ||
  (erasure.erased_at === erasure.requested_at && requestedAtS <= erasure.settled_at);
