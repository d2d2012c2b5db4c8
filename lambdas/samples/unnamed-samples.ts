import type { Bucket, StoredObject } from '../aws/bucket';
import { enrolledPrefix } from '../callers/caller';
import type { Callers } from '../ledger/callers';

/** A sample this young may be one that an enrolment is about to name, in seconds. */
const beingNamedS = 60;

/** Stored samples of a caller that the caller's item does not name. */
export interface UnnamedSamples {
  /** The keys of all of them. */
  readonly all: readonly string[];
  /** Those that nothing is about to name. */
  readonly left: readonly string[];
}

/**
 * The stored samples of a caller that the caller's item does not name. A young one may be about to be named, unless it
 * is `known` not to be. Throws 503.
 */
export const unnamedSamples = async (
  callerHash: string,
  known: (sample: StoredObject) => boolean,
  {
    callers,
    objects,
    nowMs,
  }: {
    readonly callers: Pick<Callers, 'read'>;
    readonly objects: Pick<Bucket, 'list'>;
    readonly nowMs: () => number;
  },
): Promise<UnnamedSamples> => {
  const stored: StoredObject[] = [];
  for await (const object of objects.list(enrolledPrefix(callerHash))) stored.push(object);
  const nowS = Math.floor(nowMs() / 1000);
  // Read after the list: what is named by now is not taken for unnamed.
  const named = (await callers.read(callerHash, nowS))?.enrolled.map(({ key }) => key) ?? [];
  const unnamed = stored.filter(({ key }) => !named.includes(key));
  const left = unnamed.filter((object) => known(object) || object.modifiedAtS + beingNamedS <= nowS);
  return { all: unnamed.map(({ key }) => key), left: left.map(({ key }) => key) };
};
