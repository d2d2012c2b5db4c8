import type { StoredCall } from '../../calls/stored-call';
import type { Conversations } from '../../ledger/conversations';
import type { Records } from '../../ledger/records';
import type { Voices } from '../../ledger/voices';
import { chunksOf, inBatches } from '../../platform/batches';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { sampleConversation } from '../../samples/voice-sample';
import { voiceOf } from '../../voices/conversation';
import type { Caller } from '../caller';
import type { ErasureDeps } from './deps';
import { isErasedCall, type RunningErasure } from './erasure';
import { type CallerReferences, contentOf, foundEntry, type FoundReferences, growingReferences } from './erasure-pages';

/** One pass over a caller's data. */
export interface Pass {
  readonly erasure: RunningErasure;
  /** Returns everything that this pass and earlier ones have found, including what `remember` added. */
  known(): CallerReferences;
  /**
   * Stores references, so that they survive the items that contain them. Throws RetryLater if another pass has sealed
   * the pages.
   */
  remember(found: FoundReferences): Promise<void>;
  isSealed(): boolean;
  /** Ends the search for good. Returns false if another pass has found more. */
  seal(): Promise<boolean>;
}

/** Reads what earlier passes found. Throws 503 if AWS fails. */
export const openPass = async (erasure: RunningErasure, { erasures }: ErasureDeps): Promise<Pass> => {
  let pages = await erasures.pages(erasure.erasure_id);
  const references = growingReferences(pages);
  return {
    erasure,
    known: () => references.all,
    remember: async (found) => {
      const more = await erasures.append(erasure, pages, found, references.all);
      if (more === undefined) throw new RetryLater('erasure', 1);
      references.add(more.slice(pages.length));
      pages = more;
    },
    isSealed: () => pages.at(-1)?.state === 'sealed',
    seal: () => erasures.seal(erasure, pages),
  };
};

/** Returns the error for a pass that ran out of time. The next pass continues where it stopped. */
export const outOfTime = (): RetryLater => new RetryLater('deadline', 1);

/** Stores in which references are found. */
export interface FindDeps {
  readonly conversations: Pick<Conversations, 'read' | 'list'>;
  readonly voices: Pick<Voices, 'list'>;
  readonly records: Pick<Records, 'list'>;
}

/** What to search for, and where to store the results. */
export interface Search {
  readonly erasure: Pick<RunningErasure, 'erased_at' | 'caller_hashes'>;
  remember(found: FoundReferences): Promise<void>;
}

/** How many index items are stored in one step. */
const rememberedAtOnce = 100;

/** How many items are read, or objects listed, in parallel. */
export const atOnce = 25;

/**
 * Finds the caller's data from before the erasure, by the caller's keys, and stores the references. Reads the index, so
 * it may miss writes of the last second. Throws RetryLater if the search must stop, and 503 if AWS fails.
 */
export const findReferences = async (search: Search, deadline: Deadline, deps: FindDeps): Promise<void> => {
  for (const callerHash of search.erasure.caller_hashes)
    for (const find of [conversationsOf, voicesOf, recordsOf])
      for await (const items of inBatches(find(callerHash, search, deps), rememberedAtOnce)) {
        await search.remember(merged(items));
        if (deadline.leftMs() === 0) throw outOfTime();
      }
};

/** Returns the references that only the caller's items have. Marking the items as erased removes them. */
export const referencesOfCallers = (items: readonly (Caller | undefined)[]): FoundReferences => {
  const callers = items.filter((each) => each !== undefined);
  const recent = callers.flatMap(({ recent }) => recent.map(({ key }) => sampleConversation(key)));
  return {
    voiceIds: callers.flatMap(({ reusable }) => (reusable === undefined ? [] : [reusable.voice_id])),
    conversationIds: [
      ...callers.flatMap(({ calls }) => Object.keys(calls)),
      ...recent.filter((id) => id !== undefined),
    ],
  };
};

/** Splits ids into groups that are processed together. */
export const portions = (ids: Iterable<string>): readonly (readonly string[])[] => chunksOf([...ids], atOnce);

/** Merges references. */
export const merged = (all: readonly FoundReferences[]): FoundReferences => ({
  voiceIds: all.flatMap(({ voiceIds = [] }) => [...voiceIds]),
  conversationIds: all.flatMap(({ conversationIds = [] }) => [...conversationIds]),
  recordIds: all.flatMap(({ recordIds = [] }) => [...recordIds]),
  agentIds: all.flatMap(({ agentIds = [] }) => [...agentIds]),
  goneIds: all.flatMap(({ goneIds = [] }) => [...goneIds]),
  found: all.flatMap(({ found = [] }) => [...found]),
});

const conversationsOf = async function* (
  callerHash: string,
  { erasure }: Search,
  { conversations }: FindDeps,
): AsyncIterable<FoundReferences> {
  for await (const conversation of conversations.list({ callerHash })) {
    if (!isErasedCall(erasure, conversation.signed_at)) continue;
    const voiceId = voiceOf(conversation);
    yield { conversationIds: [conversation.conversation_id], voiceIds: voiceId === undefined ? [] : [voiceId] };
  }
};

const voicesOf = async function* (
  callerHash: string,
  { erasure }: Search,
  { voices }: FindDeps,
): AsyncIterable<FoundReferences> {
  for await (const { voice_id, users, samples, signed_at } of voices.list({ callerHash }))
    if (isErasedCall(erasure, signed_at))
      yield {
        voiceIds: [voice_id],
        conversationIds: Object.keys(users),
        // The samples are deleted with the voice, perhaps before this erasure reaches them.
        found: samples.map((key) => foundEntry('samples', contentOf(key))),
      };
};

const recordsOf = async function* (callerHash: string, search: Search, deps: FindDeps): AsyncIterable<FoundReferences> {
  for await (const record of deps.records.list({ callerHash })) {
    if (!isErasedCall(search.erasure, beganAtS(record))) continue;
    const { record_id, conversation_id, precall_conversation_id: precallId } = record;
    const preCall = precallId !== null && (await isTheirs(precallId, search, deps)) ? [precallId] : [];
    yield {
      found: [foundEntry('records', record_id)],
      recordIds: conversation_id === null ? [record_id] : [],
      conversationIds: conversation_id === null ? preCall : [conversation_id, ...preCall],
    };
  }
};

const beganAtS = ({ start_time_unix_secs, event_timestamp, failure_timestamp }: StoredCall): number | undefined =>
  start_time_unix_secs ?? event_timestamp ?? failure_timestamp;

/** Returns whether a conversation is this caller's. After a transfer, its pre-call can be another caller's. */
const isTheirs = async (conversationId: string, { erasure }: Search, { conversations }: FindDeps): Promise<boolean> => {
  const callerHash = (await conversations.read(conversationId))?.caller_hash;
  return callerHash === undefined || erasure.caller_hashes.includes(callerHash);
};
