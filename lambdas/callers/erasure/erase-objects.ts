import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { unnamedSamples } from '../../samples/unnamed-samples';
import type { ErasureDeps } from './deps';
import { contentOf, type Counted, type Erasure, foundEntry } from './erasure';

/** Calls that are looked at in S3 at the same time. */
const atOnce = 10;

/** Seconds after which a pass that ran out of time goes on. */
const goOnS = 1;

/** Where S3 keeps what is about a call, and what that is. */
const prefixesOf = (id: string): readonly (readonly [Counted, string])[] => [
  ['transcripts', `transcripts/${id}/`],
  ['recordings', `recordings/${id}.mp3`],
  ['events', `postcall/raw/${id}/`],
  ['samples', `samples/${id}/`],
  ['samples', `uploads/${id}/`],
];

/** Deletes all objects about the calls of an erasure. How many there were. Throws RetryLater when its time is over, 503. */
export const eraseObjects = async (seen: Erasure, deadline: Deadline, deps: ErasureDeps): Promise<number> => {
  const ids = [...seen.conversation_ids, ...seen.record_ids];
  let count = 0;
  for (let from = 0; from < ids.length; from += atOnce) {
    if (deadline.leftMs() === 0) throw new RetryLater('erasure', goOnS);
    const counts = await Promise.all(ids.slice(from, from + atOnce).map((id) => eraseObjectsOf(id, seen, deps)));
    count += counts.reduce((sum, each) => sum + each, 0);
  }
  return count;
};

const eraseObjectsOf = async (id: string, { erasure_id }: Erasure, deps: ErasureDeps): Promise<number> => {
  const { objects, erasures } = deps;
  const keys: string[] = [];
  const found: string[] = [];
  for (const [kind, prefix] of prefixesOf(id)) {
    for await (const { key } of objects.list(prefix)) {
      keys.push(key);
      found.push(foundEntry(kind, contentOf(key)));
    }
  }
  await erasures.remember(erasure_id, { found });
  await objects.remove(keys);
  return keys.length;
};

/** Deletes the samples that a caller was enrolled with, but those of an enrolment since. How many there were. Throws 503. */
export const eraseEnrolments = async (seen: Erasure, deps: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const callerHash of seen.caller_hashes) {
    const isOld = ({ modifiedAtS }: { modifiedAtS: number }): boolean => modifiedAtS <= seen.erased_at;
    const { all, left } = await unnamedSamples(callerHash, isOld, deps);
    await deps.erasures.remember(seen.erasure_id, { found: left.map((key) => foundEntry('samples', contentOf(key))) });
    await deps.objects.remove(left);
    count += all.length;
  }
  return count;
};
