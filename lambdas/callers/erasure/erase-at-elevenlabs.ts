import { deleteConversation, isLiveStatus, listConversationsOfUser } from '../../elevenlabs/conversations';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Connection } from '../../elevenlabs/request';
import { inBatches } from '../../platform/batches';
import type { Deadline } from '../../platform/deadline';
import { elevenLabsId } from '../../platform/ids';
import type { ErasureDeps } from './deps';
import { isErasedCall, type KeptBecause } from './erasure';
import { foundEntry } from './erasure-pages';
import { outOfTime, type Pass } from './find-references';

/** How many conversations are deleted in parallel. */
const atOnce = 5;

/** How many found or deleted conversations one page records. All later passes read each page. */
const notedAtOnce = 50;

/** The result for the caller's conversations at ElevenLabs. */
export interface ErasedAtElevenLabs {
  /** How many the pass found: those that it deleted, and live ones, which a later pass deletes. */
  readonly found: number;
  /** Why some conversations remain. Undefined if none remain. */
  readonly keptBecause: KeptBecause | undefined;
}

/**
 * Deletes the caller's conversations at ElevenLabs: those that Precall knows, and those that ElevenLabs lists under the
 * caller's key as user. Leaves live calls to a later pass: these ids, and those that ElevenLabs lists as live. Records
 * each deleted conversation. If ElevenLabs refuses one, it stays and the report names it. If ElevenLabs refuses the API
 * key, the pass deletes no more. Throws RetryLater if the pass must stop, ElevenLabsError if ElevenLabs fails, and
 * AwsUnavailable if AWS fails.
 */
export const eraseAtElevenLabs = async (
  pass: Pass,
  possiblyLiveIds: ReadonlySet<string>,
  deadline: Deadline,
  deps: ErasureDeps,
): Promise<ErasedAtElevenLabs> => {
  const { elevenLabs, log } = deps;
  if (elevenLabs === undefined) return { found: 0, keptBecause: isAnyLeft(pass) ? 'switched_off' : undefined };
  try {
    const live = new Set([...possiblyLiveIds, ...(await liveCalls(pass, elevenLabs, deadline, deps))]);
    const deletion = { elevenLabs, log, deadline, tried: new Set(live) };
    // First what earlier passes found, so that each pass shortens the list, however long it is.
    const known = await deleteKnown(pass, deletion);
    await findAtElevenLabs(pass, deletion);
    const deleted = known + (await deleteKnown(pass, deletion));
    return { found: deleted + live.size, keptBecause: isAnyLeft(pass) ? 'refused' : undefined };
  } catch (error) {
    // A request that the deadline cut off has not failed.
    if (deadline.leftMs() === 0) throw outOfTime();
    if (!(error instanceof ElevenLabsError) || error.kind !== 'access') throw error;
    log.error('conversations_not_deleted', error);
    return { found: 0, keptBecause: 'not_permitted' };
  }
};

interface Deletion extends Pick<ErasureDeps, 'log'> {
  readonly elevenLabs: Connection;
  readonly deadline: Deadline;
  /** The ids that this pass has tried to delete, or must not delete because their calls are live. */
  readonly tried: Set<string>;
}

/** Returns the caller's live calls. None counts as live when the longest call would be over. */
const liveCalls = async (
  { erasure }: Pass,
  elevenLabs: Connection,
  deadline: Deadline,
  { nowMs, longestCallS }: ErasureDeps,
): Promise<readonly string[]> => {
  const { caller_hashes, requested_at: requestedAtS } = erasure;
  if (nowMs() >= (requestedAtS + longestCallS) * 1000) return [];
  const live: string[] = [];
  for (const userId of caller_hashes)
    for await (const call of listConversationsOfUser(elevenLabs, userId, deadline, requestedAtS - longestCallS))
      if (call !== undefined && isLiveStatus(call.status) && isErasedCall(erasure, call.start_time_unix_secs))
        live.push(call.conversation_id);
  return live;
};

const findAtElevenLabs = async (pass: Pass, { elevenLabs, deadline }: Deletion): Promise<void> => {
  for (const userId of pass.erasure.caller_hashes)
    for await (const page of inBatches(listConversationsOfUser(elevenLabs, userId, deadline), notedAtOnce)) {
      const theirs = page
        .filter((found) => found !== undefined)
        .filter((found) => isErasedCall(pass.erasure, found.start_time_unix_secs));
      await pass.remember({ conversationIds: theirs.map(({ conversation_id: id }) => id) });
      if (deadline.leftMs() === 0) throw outOfTime();
    }
};

const notDeleted = (pass: Pass): readonly string[] => {
  const { conversationIds, goneIds } = pass.known();
  return [...conversationIds].filter((id) => !goneIds.has(id) && elevenLabsId.safeParse(id).success);
};

const isAnyLeft = (pass: Pass): boolean => notDeleted(pass).length > 0;

const deleteKnown = async (pass: Pass, deletion: Deletion): Promise<number> => {
  const ids = notDeleted(pass).filter((id) => !deletion.tried.has(id));
  let count = 0;
  for (let from = 0; from < ids.length; from += notedAtOnce)
    count += await deletePortion(ids.slice(from, from + notedAtOnce), pass, deletion);
  return count;
};

/** Records the deleted conversations even if an error stops the loop. */
const deletePortion = async (ids: readonly string[], pass: Pass, deletion: Deletion): Promise<number> => {
  const outcomes = new Map<string, Outcome>();
  try {
    for (let from = 0; from < ids.length; from += atOnce) {
      if (deletion.deadline.leftMs() === 0) throw outOfTime();
      const portion = ids.slice(from, from + atOnce);
      portion.forEach((id) => deletion.tried.add(id));
      const deletions = portion.map(async (id) => outcomes.set(id, await deleteOne(id, deletion)));
      for (const settled of await Promise.allSettled(deletions))
        if (settled.status === 'rejected') throw settled.reason;
    }
  } finally {
    const gone = [...outcomes].filter(([, outcome]) => outcome !== 'refused').map(([id]) => id);
    const deleted = gone.filter((id) => outcomes.get(id) === 'deleted');
    await pass.remember({
      goneIds: gone,
      found: deleted.map((id) => foundEntry('conversations_at_elevenlabs', id)),
    });
  }
  return [...outcomes.values()].filter((outcome) => outcome === 'deleted').length;
};

type Outcome = 'deleted' | 'gone' | 'refused';

const deleteOne = (id: string, { elevenLabs, log, deadline }: Deletion): Promise<Outcome> =>
  deleteConversation(elevenLabs, id, deadline).catch((error: unknown) => {
    if (!(error instanceof ElevenLabsError) || error.kind !== 'refused') throw error;
    log.error('conversation_not_deleted', error, { erased_conversation_id: id });
    return 'refused';
  });
