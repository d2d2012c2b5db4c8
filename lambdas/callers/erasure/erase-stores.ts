import type { Deadline } from '../../platform/deadline';
import { unnamedSamples } from '../../samples/unnamed-samples';
import { conversationOf, eraseCall, isClaimed } from '../../three-cx/three-cx-call';
import { drop, forgetBaselineVoice } from '../../voices/agent-changes';
import { type Conversation, erase, leaseLeftMs, voiceOf } from '../../voices/conversation';
import { writeEnd } from '../../voices/end/write-end';
import { prefixesOf } from './call-prefixes';
import type { ErasureDeps } from './deps';
import { contentOf, type Counted, foundEntry, isErasedCall, markKeptS, type RunningErasure } from './erasure';
import { chunked, merged, outOfTime, type Pass } from './find-references';

/** How many items are read and recorded together. */
const atOnce = 25;

/**
 * Removes all data from the caller's 3CX calls from before the erasure. Returns the number of calls changed. Throws
 * RetryLater, or AwsUnavailable.
 */
export const eraseCalls = async (pass: Pass, deadline: Deadline, { calls }: ErasureDeps): Promise<number> => {
  const { erased_at, requested_at, caller_hashes } = pass.erasure;
  let count = 0;
  for (const callerHash of caller_hashes) {
    for await (const all of chunked(calls.list({ callerHash }), atOnce)) {
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

/** The conversations of an erasure that had something of the caller. */
export interface ConversationsFound {
  readonly found: number;
  /** Those of them that still have it. */
  readonly waiting: number;
}

/**
 * Ends the caller's conversations, and removes all data about the caller from those whose voices are gone. Queues the
 * others. Throws RetryLater, or AwsUnavailable.
 */
export const eraseConversations = async (
  pass: Pass,
  deadline: Deadline,
  deps: ErasureDeps,
): Promise<ConversationsFound> => {
  const { conversations } = deps;
  let [count, waiting] = [0, 0];
  for (const ids of portions(pass.known().conversationIds)) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const read = await Promise.all(ids.map((id) => conversations.read(id)));
    const theirs = read.filter((each) => each !== undefined).filter((each) => isToBeErased(each, pass.erasure));
    count += theirs.length;
    // The items are about to lose their voices: the erasure has to know them first, and their agents for the report.
    await pass.remember(merged(await Promise.all(theirs.map((each) => referencesOf(each, deps)))));
    for (const conversation of theirs) {
      const { conversation_id: id } = conversation;
      if (!(await isSettled(conversation, deps))) await end(id, deps);
      else if (await takeOut(conversation, pass.erasure.erased_at, deps)) continue;
      waiting += 1;
    }
  }
  return { found: count, waiting };
};

/** False while an attempt holds the conversation, or when it changed meanwhile. */
const takeOut = async (
  found: Conversation,
  erasedAtS: number,
  { conversations, nowMs }: ErasureDeps,
): Promise<boolean> => {
  const transition = erase(found, erasedAtS, nowMs());
  return transition !== undefined && conversations.write(found.conversation_id, transition);
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

/** Whether it has ended, nobody works on it, and the voice that it may have had is deleted. */
const isSettled = async (found: Conversation, { voices, nowMs }: ErasureDeps): Promise<boolean> => {
  if (found.ended_at === undefined || leaseLeftMs(found, nowMs()) > 0 || found.work?.state === 'cloning') return false;
  const voiceId = voiceOf(found);
  return voiceId === undefined || (await voices.read(voiceId))?.state === 'deleted';
};

const end = async (conversationId: string, deps: ErasureDeps): Promise<void> => {
  await writeEnd(conversationId, deps);
  await deps.deletionJobs.enqueue({ reason: 'conversation_erased', conversation_id: conversationId }, 0);
};

/**
 * Queues the deletion of the caller's voices. Removes deleted voices from the ledger once no conversation waits for
 * their deletion. Returns how many the ledger still had. Throws RetryLater, or AwsUnavailable.
 */
export const eraseVoices = async (
  pass: Pass,
  isAnyWaiting: boolean,
  deadline: Deadline,
  deps: ErasureDeps,
): Promise<number> => {
  const { voices, agents, deletionJobs } = deps;
  let count = 0;
  for (const voiceId of pass.known().voiceIds) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const found = await voices.read(voiceId);
    if (found === undefined) continue;
    count += 1;
    if (found.state !== 'deleted') await deletionJobs.enqueue({ reason: 'caller_erased', voice_id: voiceId }, 0);
    if (found.state !== 'deleted' || isAnyWaiting) continue;
    const agentIds: string[] = [];
    for (const agentId of Object.keys(found.agents))
      if ((await agents.read(agentId)).version > 0) agentIds.push(agentId);
    await pass.remember({ agentIds });
    await voices.purge(voiceId);
  }
  return count;
};

/**
 * Makes sure that no agent's item names a voice of the caller. Keeps entries of PATCHes that may still take effect, and
 * queues an agent that still has such a voice to get its own back. Returns the number of places found. Throws
 * AwsUnavailable.
 */
export const eraseAgents = async (pass: Pass, deps: ErasureDeps): Promise<number> => {
  const { agentIds, voiceIds } = pass.known();
  let count = 0;
  for (const agentId of agentIds) count += await forgetVoices(agentId, voiceIds, deps);
  return count;
};

const forgetVoices = async (
  agentId: string,
  voiceIds: ReadonlySet<string>,
  { agents, deletionJobs, nowMs }: ErasureDeps,
): Promise<number> => {
  const isTheirs = (voiceId: string | undefined): boolean => voiceId !== undefined && voiceIds.has(voiceId);
  const seen = await agents.read(agentId);
  const { activation, baseline, pendings } = seen;
  const named = Object.entries(pendings).filter(([, { voice_id }]) => isTheirs(voice_id));
  for (const [attempt, { until }] of named) if (until <= nowMs()) await agents.write(agentId, drop(attempt));
  if (isTheirs(activation?.voice_id))
    await deletionJobs.enqueue({ reason: 'agent_not_restored', agent_id: agentId }, 0);
  const forgotten = forgetBaselineVoice(agentId, seen, voiceIds);
  if (forgotten !== undefined) await agents.write(agentId, forgotten);
  return named.length + Number(isTheirs(activation?.voice_id)) + Number(isTheirs(baseline?.voice_id));
};

/**
 * Replaces the record of every call of the caller with an erasure mark, even if there is no record. The mark makes
 * later events about the call have no effect. Returns the number of records found. Throws AwsUnavailable.
 */
export const eraseRecords = async (pass: Pass, deadline: Deadline, deps: ErasureDeps): Promise<number> => {
  let count = 0;
  for (const ids of portions(callIds(pass))) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const found = await Promise.all(ids.map((recordId) => eraseRecord(recordId, pass, deps)));
    count += found.filter(Boolean).length;
  }
  return count;
};

/** Whether there was a record. */
const eraseRecord = async (recordId: string, { erasure }: Pass, { records }: ErasureDeps): Promise<boolean> => {
  const found = await records.read(recordId);
  if (found?.erased_at !== undefined) return false;
  await records.erase(recordId, erasure.erased_at, erasure.requested_at + markKeptS);
  return found !== undefined;
};

/**
 * Deletes all objects about the caller's calls. Returns the number of objects found. Throws RetryLater when the
 * deadline has passed, or AwsUnavailable.
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
): Promise<readonly { kind: Counted; keys: readonly string[] }[]> => {
  const lists = [];
  for (const [kind, prefix] of prefixesOf(id)) {
    const keys: string[] = [];
    for await (const { key } of objects.list(prefix)) keys.push(key);
    lists.push({ kind, keys });
  }
  return lists;
};

/**
 * Deletes the caller's enrolment samples, except those enrolled after the erasure. Returns the number of samples found.
 * Throws RetryLater, or AwsUnavailable.
 */
export const eraseEnrolments = async (pass: Pass, deps: ErasureDeps): Promise<number> => {
  const { caller_hashes, erased_at } = pass.erasure;
  let count = 0;
  for (const callerHash of caller_hashes) {
    const isOld = ({ modifiedAtS }: { modifiedAtS: number }): boolean => modifiedAtS <= erased_at;
    const { all, left } = await unnamedSamples(callerHash, isOld, deps);
    await pass.remember({ found: left.map((key) => foundEntry('samples', contentOf(key))) });
    await deps.objects.remove(left);
    count += all.length;
  }
  return count;
};

/** The ids under which records and objects of the caller are kept. */
const callIds = (pass: Pass): Iterable<string> => [...pass.known().conversationIds, ...pass.known().recordIds];

const portions = (ids: Iterable<string>): readonly (readonly string[])[] => {
  const all = [...ids];
  return Array.from({ length: Math.ceil(all.length / atOnce) }, (_portion, index) =>
    all.slice(index * atOnce, (index + 1) * atOnce),
  );
};
