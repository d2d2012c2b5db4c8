import type { StoredCall } from '../../calls/stored-call';
import type { Conversations } from '../../ledger/conversations';
import type { Records } from '../../ledger/records';
import type { Voices } from '../../ledger/voices';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { sampleConversation } from '../../samples/voice-sample';
import { voiceOf } from '../../voices/conversation';
import type { Caller } from '../caller';
import type { ErasureDeps } from './deps';
import { isErasedCall, type RunningErasure } from './erasure';
import { type CallerReferences, contentOf, foundEntry, type FoundReferences, growingReferences } from './erasure-pages';

/** What one pass works on. */
export interface Pass {
  readonly erasure: RunningErasure;
  /** Everything that this pass and those before it found. It grows with what is remembered. */
  known(): CallerReferences;
  /**
   * Makes references durable, so that they survive what they were found in. Throws RetryLater when another pass has
   * sealed the pages.
   */
  remember(found: FoundReferences): Promise<void>;
  isSealed(): boolean;
  /** Ends the search for good; false when another pass has found more. */
  seal(): Promise<boolean>;
}

/** Reads what is known so far. Throws 503. */
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

/** The pass has no time left: another one goes on where it stopped. */
export const outOfTime = (): RetryLater => new RetryLater('deadline', 1);

/** What references are found in. */
export interface FindDeps {
  readonly conversations: Pick<Conversations, 'read' | 'list'>;
  readonly voices: Pick<Voices, 'list'>;
  readonly records: Pick<Records, 'list'>;
}

/** What is searched for, and where what is found goes. */
export interface Search {
  readonly erasure: Pick<RunningErasure, 'erased_at' | 'caller_hashes'>;
  remember(found: FoundReferences): Promise<void>;
}

/** So many items of the index are remembered together. */
const rememberedAtOnce = 100;

/** How many items are read, or objects listed, together. */
export const atOnce = 25;

/**
 * Finds what the ledger has of a caller from before the erasure, by the keys of the caller, and remembers it. It reads
 * the index, so it may miss what was written in the last second. Throws RetryLater, 503.
 */
export const findReferences = async (search: Search, deadline: Deadline, deps: FindDeps): Promise<void> => {
  for (const callerHash of search.erasure.caller_hashes)
    for (const found of [conversationsOf, voicesOf, recordsOf])
      for await (const items of chunked(found(callerHash, search, deps), rememberedAtOnce)) {
        await search.remember(merged(items));
        if (deadline.leftMs() === 0) throw outOfTime();
      }
};

/** What only the caller's items lead to: marking them as erased loses it. */
export const referencesOfCallers = (known: readonly (Caller | undefined)[]): FoundReferences => {
  const callers = known.filter((each) => each !== undefined);
  const recent = callers.flatMap(({ recent }) => recent.map(({ key }) => sampleConversation(key)));
  return {
    voiceIds: callers.flatMap(({ reusable }) => (reusable === undefined ? [] : [reusable.voice_id])),
    conversationIds: [
      ...callers.flatMap(({ calls }) => Object.keys(calls)),
      ...recent.filter((id) => id !== undefined),
    ],
  };
};

/** The same items, several at a time. */
export const chunked = async function* <T>(items: AsyncIterable<T>, size: number): AsyncIterable<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
};

/** Ids in portions that are worked on together. */
export const portions = (ids: Iterable<string>): readonly (readonly string[])[] => {
  const all = [...ids];
  return Array.from({ length: Math.ceil(all.length / atOnce) }, (_portion, index) =>
    all.slice(index * atOnce, (index + 1) * atOnce),
  );
};

/** Everything that these name. */
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
        // They go with the voice, perhaps before this erasure comes to them.
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

/** A call may have been transferred: the pre-call that it came from can be another caller's. */
const isTheirs = async (conversationId: string, { erasure }: Search, { conversations }: FindDeps): Promise<boolean> => {
  const callerHash = (await conversations.read(conversationId))?.caller_hash;
  return callerHash === undefined || erasure.caller_hashes.includes(callerHash);
};
