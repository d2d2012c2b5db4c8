import { inBatches } from '../../platform/batches';
import type { Deadline } from '../../platform/deadline';
import type { ErasureDeps } from './deps';
import { isErasedCall } from './erasure';
import { contentOf, foundEntry } from './erasure-pages';
import { atOnce, outOfTime, type Pass } from './find-references';

/**
 * Deletes the bodies of unknown events that name the caller. Returns the number of bodies found. Throws RetryLater if
 * the pass must stop, and AwsUnavailable if AWS fails.
 */
export const eraseUnknownEvents = async (
  pass: Pass,
  deadline: Deadline,
  { unknownEvents, objects }: ErasureDeps,
): Promise<number> => {
  let count = 0;
  for (const callerHash of pass.erasure.caller_hashes)
    for await (const all of inBatches(unknownEvents.list({ callerHash }), atOnce)) {
      if (deadline.leftMs() === 0) throw outOfTime();
      const theirs = all.filter(({ event_timestamp }) => isErasedCall(pass.erasure, event_timestamp));
      await pass.remember({ found: theirs.map(({ key }) => foundEntry('events', contentOf(key))) });
      await objects.remove(theirs.map(({ key }) => key));
      for (const { sha256 } of theirs) await unknownEvents.remove(sha256);
      count += theirs.length;
    }
  return count;
};
