import type { Bucket, StoredObject } from '../aws/bucket';
import { enrolledPrefix } from '../callers/caller';
import type { Callers } from '../ledger/callers';

/** How long an enrolment may take to name a sample that it stored, in seconds. */
const namingS = 60;

/** A caller's stored samples that the caller's item does not name. */
export interface UnnamedSamples {
  /** The keys of all unnamed samples. */
  readonly all: readonly string[];
  /** The keys of those that no enrolment is about to name. */
  readonly removable: readonly string[];
}

/**
 * Returns a caller's stored samples that the caller's item does not name. An enrolment may be about to name a young
 * sample, unless `isAbandoned` says otherwise. Throws AwsUnavailable if AWS fails.
 */
export const unnamedSamples = async (
  callerHash: string,
  isAbandoned: (sample: StoredObject) => boolean,
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
  const removable = unnamed.filter((object) => isAbandoned(object) || object.modifiedAtS + namingS <= nowS);
  return { all: unnamed.map(({ key }) => key), removable: removable.map(({ key }) => key) };
};
