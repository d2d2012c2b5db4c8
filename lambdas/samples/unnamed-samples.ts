import type { Bucket, StoredObject } from '../aws/bucket';
import { enrolledPrefix } from '../callers/caller';
import type { Callers } from '../ledger/callers';

/** An enrolment may be about to name a sample younger than this, in seconds. */
const beingNamedS = 60;

/** A caller's stored samples that the caller's item does not name. */
export interface UnnamedSamples {
  /** The keys of all unnamed samples. */
  readonly all: readonly string[];
  /** The keys of samples that no enrolment is about to name. */
  readonly left: readonly string[];
}

/**
 * Returns a caller's stored samples that the caller's item does not name. An enrolment may be about to name a young
 * sample, unless `known` says otherwise. Throws 503 if AWS fails.
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
  const stored = await Array.fromAsync(objects.list(enrolledPrefix(callerHash)));
  const nowS = Math.floor(nowMs() / 1000);
  // Read the item after the list, so that newly named samples do not count as unnamed.
  const named = (await callers.read(callerHash, nowS))?.enrolled.map(({ key }) => key) ?? [];
  const unnamed = stored.filter(({ key }) => !named.includes(key));
  const left = unnamed.filter((object) => known(object) || object.modifiedAtS + beingNamedS <= nowS);
  return { all: unnamed.map(({ key }) => key), left: left.map(({ key }) => key) };
};
