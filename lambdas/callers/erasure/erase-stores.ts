import { inBatches } from '../../platform/batches';
import type { Deadline } from '../../platform/deadline';
import { unnamedSamples } from '../../samples/unnamed-samples';
import { conversationOf, eraseCall, isClaimed } from '../../three-cx/three-cx-call';
import { type Conversation, leaseLeftMs, takenBy, voiceOf } from '../../voices/conversation';
import { writeEnd } from '../../voices/end/write-end';
import { erase, mayBeInCall } from '../../voices/ended-conversation';
import { prefixesOf } from './call-prefixes';
import type { ErasureDeps } from './deps';
import { isErasedCall, markKeptS, type RunningErasure } from './erasure';
import { contentOf, type Counted, foundEntry } from './erasure-pages';
import { atOnce, merged, outOfTime, type Pass, portions } from './find-references';

/**
 * Removes all data from the caller's 3CX calls that began before the erasure. Returns the number of calls changed.
 * Throws RetryLater if the pass must stop, and AwsUnavailable if AWS fails.
 */
export const eraseCalls = async (pass: Pass, deadline: Deadline, { calls }: ErasureDeps): Promise<number> => {
  const { erased_at, requested_at, caller_hashes } = pass.erasure;
  let count = 0;
  for (const callerHash of caller_hashes) {
    for await (const all of inBatches(calls.list({ callerHash }), atOnce)) {
      if (deadline.leftMs() === 0) throw outOfTime();
      const theirs = all
        .filter(isClaimed)
        .filter(({ received_at }) => isErasedCall(pass.erasure, Math.floor(received_at / 1000)));
      await pass.remember({
        conversationIds: theirs
          .flatMap(({ greeting, agent_call }) => [conversationOf(greeting), conversationOf(agent_call)])
          .filter((id) => id !== undefined),
        found: theirs.map(({ call }) => foundEntry('calls', call)),
      });
      for (const { call } of theirs)
        if (await calls.write(call, eraseCall(erased_at, requested_at + markKeptS))) count += 1;
    }
  }
  return count;
};

/** The conversations with data about the caller that a pass found. */
export interface ConversationsFound {
  readonly found: number;
  /** Ids at ElevenLabs of calls that may be live. */
  readonly possiblyLiveIds: ReadonlySet<string>;
  /** How many of these conversations still have such data. */
  readonly waiting: number;
}

/**
 * Ends the caller's conversations. If a conversation's voice is deleted, removes all data about the caller. Otherwise
 * queues a deletion job. Throws RetryLater if the pass must stop, and AwsUnavailable if AWS fails.
 */
export const eraseConversations = async (
  pass: Pass,
  deadline: Deadline,
  deps: ErasureDeps,
): Promise<ConversationsFound> => {
  const { conversations } = deps;
  const possiblyLiveIds = new Set<string>();
  let count = 0;
  let waiting = 0;
  for (const ids of portions(pass.known().conversationIds)) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const items = await Promise.all(ids.map((id) => conversations.read(id)));
    const theirs = items.filter((item) => item !== undefined).filter((item) => isToBeErased(item, pass.erasure));
    count += theirs.length;
    // The items are about to lose their voices. Record the voices first, and the agents for the report.
    await pass.remember(merged(await Promise.all(theirs.map((each) => referencesOf(each, deps)))));
    for (const conversation of theirs) {
      const { conversation_id: id } = conversation;
      if (!(await isSettled(conversation, deps))) {
        await end(id, pass.erasure.requested_at + deps.longestCallS, deps);
        if (mayStillTalk(conversation, pass.erasure, deps)) possiblyLiveIds.add(takenBy(conversation) ?? id);
      } else if (await eraseConversation(conversation, pass.erasure.erased_at, deps)) continue;
      waiting += 1;
    }
  }
  return { found: count, waiting, possiblyLiveIds };
};

/** Erases the caller's data from a conversation. Returns false if its lease is taken or the item has changed. */
const eraseConversation = async (
  conversation: Conversation,
  erasedAtS: number,
  { conversations, nowMs }: ErasureDeps,
): Promise<boolean> => {
  const transition = erase(conversation, erasedAtS, nowMs());
  return transition !== undefined && conversations.write(conversation.conversation_id, transition);
};

const isToBeErased = ({ erased_at, caller_hash }: Conversation, { caller_hashes }: RunningErasure): boolean =>
  erased_at === undefined && (caller_hash === undefined || caller_hashes.includes(caller_hash));

const referencesOf = async (
  conversation: Conversation,
  { agents }: ErasureDeps,
): Promise<{ agentIds: string[]; voiceIds: string[] }> => {
  const { agent_id: agentId } = conversation;
  const voiceId = voiceOf(conversation);
  return {
    agentIds: agentId !== undefined && (await agents.read(agentId)).version > 0 ? [agentId] : [],
    voiceIds: voiceId === undefined ? [] : [voiceId],
  };
};

/** Returns whether a call with the conversation's voice may be live. Its time is limited. */
const mayStillTalk = (
  conversation: Conversation,
  { requested_at }: RunningErasure,
  { nowMs, longestCallS }: ErasureDeps,
): boolean =>
  (conversation.ended_at === undefined || mayBeInCall(conversation, nowMs())) &&
  nowMs() < (requested_at + longestCallS) * 1000;

/** Returns whether the conversation has ended, no worker holds it, and its voice, if any, is deleted. */
const isSettled = async (conversation: Conversation, { voices, nowMs }: ErasureDeps): Promise<boolean> => {
  if (conversation.ended_at === undefined || conversation.work?.state === 'cloning') return false;
  if (leaseLeftMs(conversation, nowMs()) > 0) return false;
  const voiceId = voiceOf(conversation);
  return voiceId === undefined || (await voices.read(voiceId))?.state === 'deleted';
};

const end = async (conversationId: string, callUntilS: number, deps: ErasureDeps): Promise<void> => {
  await writeEnd(conversationId, deps, callUntilS);
  await deps.deletionJobs.enqueue({ reason: 'conversation_erased', conversation_id: conversationId }, 0);
};

/**
 * Replaces the record of each of the caller's calls with an erasure mark, even if no record exists. The mark makes
 * later events about the call have no effect. Returns the number of records found. Throws RetryLater if the pass must
 * stop, and AwsUnavailable if AWS fails.
 */
export const eraseRecords = async (pass: Pass, deadline: Deadline, deps: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const ids of portions(callIds(pass))) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const existed = await Promise.all(ids.map((recordId) => eraseRecord(recordId, pass, deps)));
    count += existed.filter(Boolean).length;
  }
  return count;
};

/** Writes the erasure mark. Returns whether a record existed. */
const eraseRecord = async (recordId: string, { erasure }: Pass, { records }: ErasureDeps): Promise<boolean> => {
  const record = await records.read(recordId);
  if (record?.erased_at !== undefined) return false;
  await records.erase(recordId, erasure.erased_at, erasure.requested_at + markKeptS);
  return record !== undefined;
};

/**
 * Deletes all objects about the caller's calls. Returns the number of objects found. Throws RetryLater if the pass must
 * stop, and AwsUnavailable if AWS fails.
 */
export const eraseObjects = async (pass: Pass, deadline: Deadline, { objects }: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const ids of portions(callIds(pass))) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const lists = (await Promise.all(ids.map((id) => objectsOf(id, objects)))).flat();
    await pass.remember({
      found: lists.flatMap(({ kind, keys }) => keys.map((key) => foundEntry(kind, contentOf(key)))),
    });
    const keys = lists.flatMap((list) => list.keys);
    await objects.remove(keys);
    count += keys.length;
  }
  return count;
};

const objectsOf = async (
  id: string,
  objects: ErasureDeps['objects'],
): Promise<readonly { readonly kind: Counted; readonly keys: readonly string[] }[]> => {
  const keysOf = (prefix: string): Promise<readonly string[]> =>
    Array.fromAsync(objects.list(prefix), ({ key }) => key);
  return Promise.all(prefixesOf(id).map(async ([kind, prefix]) => ({ kind, keys: await keysOf(prefix) })));
};

/**
 * Deletes the caller's enrolment samples, except those from after the erasure. Returns the number of samples found.
 * Throws RetryLater if the pass must stop, and AwsUnavailable if AWS fails.
 */
export const eraseEnrolments = async (pass: Pass, deps: ErasureDeps): Promise<number> => {
  const { caller_hashes, erased_at } = pass.erasure;
  let count = 0;
  for (const callerHash of caller_hashes) {
    const isOld = ({ modifiedAtS }: { modifiedAtS: number }): boolean => modifiedAtS <= erased_at;
    const { all, removable } = await unnamedSamples(callerHash, isOld, deps);
    await pass.remember({ found: removable.map((key) => foundEntry('samples', contentOf(key))) });
    await deps.objects.remove(removable);
    count += all.length;
  }
  return count;
};

/** Returns the ids under which the caller's records and objects are stored. */
const callIds = (pass: Pass): Iterable<string> => [...pass.known().conversationIds, ...pass.known().recordIds];
