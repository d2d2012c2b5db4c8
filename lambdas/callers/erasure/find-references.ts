import type { StoredCall } from '../../calls/stored-call';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { voiceOf } from '../../voices/conversation';
import type { ErasureDeps } from './deps';
import {
  type CallerReferences,
  contentOf,
  foundEntry,
  type FoundReferences,
  isErasedCall,
  referencesOn,
  type RunningErasure,
} from './erasure';

/** What one pass works on. */
export interface Pass {
  readonly erasure: RunningErasure;
  /** Everything that this pass and those before it found. */
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
  let known = referencesOn(pages);
  return {
    erasure,
    known: () => known,
    remember: async (found) => {
      const more = await erasures.append(erasure, pages, found);
      if (more === undefined) throw new RetryLater('erasure', 1);
      if (more === pages) return;
      pages = more;
      known = referencesOn(pages);
    },
    isSealed: () => pages.at(-1)?.state === 'sealed',
    seal: () => erasures.seal(erasure, pages),
  };
};

/** The pass has no time left: another one goes on where it stopped. */
export const outOfTime = (): RetryLater => new RetryLater('deadline', 1);

/** So many items of the index are remembered together. */
const atOnce = 100;

/**
 * Finds what the ledger has of a caller from before the erasure, by the keys of the caller, and remembers it. It reads
 * the index, so it may miss what was written in the last second. Throws RetryLater, 503.
 */
export const findReferences = async (pass: Pass, deadline: Deadline, deps: ErasureDeps): Promise<void> => {
  for (const callerHash of pass.erasure.caller_hashes)
    for (const found of [conversationsOf, voicesOf, recordsOf])
      for await (const items of chunked(found(callerHash, pass, deps), atOnce)) {
        await pass.remember(merged(items));
        if (deadline.leftMs() === 0) throw outOfTime();
      }
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
  { erasure }: Pass,
  { conversations }: ErasureDeps,
): AsyncIterable<FoundReferences> {
  for await (const conversation of conversations.list({ callerHash })) {
    if (!isErasedCall(erasure, conversation.signed_at)) continue;
    const voiceId = voiceOf(conversation);
    yield { conversationIds: [conversation.conversation_id], voiceIds: voiceId === undefined ? [] : [voiceId] };
  }
};

const voicesOf = async function* (
  callerHash: string,
  { erasure }: Pass,
  { voices }: ErasureDeps,
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

const recordsOf = async function* (callerHash: string, pass: Pass, deps: ErasureDeps): AsyncIterable<FoundReferences> {
  for await (const record of deps.records.list({ callerHash })) {
    if (!isErasedCall(pass.erasure, beganAtS(record))) continue;
    const { record_id, conversation_id, precall_conversation_id: precallId } = record;
    const preCall = precallId !== null && (await isTheirs(precallId, pass, deps)) ? [precallId] : [];
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
const isTheirs = async (
  conversationId: string,
  { erasure }: Pass,
  { conversations }: ErasureDeps,
): Promise<boolean> => {
  const callerHash = (await conversations.read(conversationId))?.caller_hash;
  return callerHash === undefined || erasure.caller_hashes.includes(callerHash);
};
