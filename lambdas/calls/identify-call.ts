import { isErasedFor } from '../callers/caller';
import { callerHashOf, type ThreeCxCall } from '../three-cx/three-cx-call';
import { voiceOf } from '../voices/conversation';
import { findConversation } from '../voices/end/find-conversation';
import type { PostCallDeps } from './deps';
import { type EndedCall, endedCall } from './ended-call';
import type { CallEndEvent } from './post-call-event';
import { type CallId, callIdOf, recordIdOf } from './storage-keys';
import type { StoredCall } from './stored-call';

/** An event's call, with everything that later steps need. */
export interface IdentifiedCall {
  readonly call: CallId;
  readonly recordId: string;
  readonly ended: EndedCall;
  /** The record before this event. */
  readonly record: StoredCall | undefined;
  /** The conversation of the call's pre-call. Undefined if none was found. */
  readonly conversationId: string | undefined;
  /** The 3CX call for which ElevenLabs placed this call. */
  readonly threeCxCall: LinkedThreeCxCall | undefined;
  /** The voice and greeting from the pre-call. Undefined if no pre-call was found. */
  readonly preCallFields: Pick<StoredCall, 'voice_id' | 'greeting'> | undefined;
  /** Hashes of all the caller's identifiers in the event. Empty for an unknown caller. */
  readonly callerHashes: readonly string[];
  /** The first of `callerHashes`, or the pre-call's hash for an unknown caller. */
  readonly callerHash: string | undefined;
  /** The caller's consent. Undefined for an unknown caller. */
  readonly consent: NonNullable<StoredCall['consent']> | undefined;
  /** Unix seconds. A call without a known start counts as started before any erasure. */
  readonly startedAtS: number;
  /** Unix seconds at which the caller was erased, if the erasure covers this call. */
  readonly erasedAtS: number | undefined;
}

/** A 3CX call, found by the conversation that was placed for it. */
export interface LinkedThreeCxCall {
  /** SHA-256 of the 3CX call's id. */
  readonly key: string;
  readonly item: ThreeCxCall | undefined;
}

/** The stores and keys that identify a call. */
type LookUps = Pick<PostCallDeps, 'records' | 'conversations' | 'callers' | 'callerKeys' | 'calls' | 'nowMs'>;

/**
 * Identifies an event's call: its record, the conversation that it ends, its caller, and whether the caller was erased.
 * Changes nothing. Throws 503 if AWS fails.
 */
export const identifyCall = async (event: CallEndEvent, deps: LookUps): Promise<IdentifiedCall> => {
  const call = callIdOf(event);
  const recordId = recordIdOf(call);
  const ended = endedCall(event);
  const lookUps = sharedLookUps(deps);
  const record = await lookUps.records.read(recordId);
  // After its end a conversation can't be found again: a second search could find the caller's next call.
  const conversationId = record?.precall_conversation_id ?? (await findConversation(ended, lookUps));
  const threeCxCall = await threeCxCallOf(ended, lookUps);
  const callerHashes = await callerHashesOf(ended, threeCxCall, lookUps);
  const callerHash = callerHashes[0] ?? (await callerHashOfPreCall(conversationId, lookUps));
  const startedAtS = ended.startedAtS ?? event.eventTimestampS ?? 0;
  return {
    call,
    recordId,
    ended,
    record,
    conversationId,
    threeCxCall,
    callerHashes,
    startedAtS,
    callerHash,
    preCallFields: await preCallFieldsOf(conversationId, lookUps),
    consent: await consentOf(callerHash, lookUps),
    erasedAtS: await erasureOf({ recordId, ended, callerHashes, startedAtS }, lookUps),
  };
};

/**
 * Returns when a call's caller was erased, in unix seconds. An erasure covers calls that are marked under one of their
 * ids, and calls that started before it. Returns undefined for other calls. Throws 503 if AWS fails.
 */
export const erasureOf = async (
  {
    recordId,
    ended,
    callerHashes,
    startedAtS,
  }: Pick<IdentifiedCall, 'recordId' | 'ended' | 'callerHashes' | 'startedAtS'>,
  deps: Pick<LookUps, 'records' | 'callers' | 'nowMs'>,
): Promise<number | undefined> => {
  const ids = [recordId, ended.conversationId, ended.precallConversationId].filter((id) => id !== undefined);
  for (const id of new Set(ids)) {
    const erasedAtS = await erasureMarkOf(id, deps);
    if (erasedAtS !== undefined) return erasedAtS;
  }
  for (const callerHash of callerHashes) {
    const caller = await deps.callers.read(callerHash, Math.floor(deps.nowMs() / 1000));
    if (caller !== undefined && isErasedFor(caller, startedAtS)) return caller.erased_at;
  }
  return undefined;
};

/** Returns when the caller was erased, in unix seconds, if the call has an erasure mark. Throws 503 if AWS fails. */
export const erasureMarkOf = async (
  recordId: string,
  { records }: Pick<LookUps, 'records'>,
): Promise<number | undefined> => (await records.read(recordId))?.erased_at;

const threeCxCallOf = async (
  { conversationId }: EndedCall,
  { calls }: LookUps,
): Promise<LinkedThreeCxCall | undefined> => {
  const key = conversationId === undefined ? undefined : await calls.findByConversation(conversationId);
  return key === undefined ? undefined : { key, item: await calls.read(key) };
};

/**
 * Returns the caller's keys, from the 3CX call if there is one, because the event's number may be a queue's. If a
 * number without a country code can mean two numbers, prefers known callers, otherwise the likelier number.
 */
const callerHashesOf = async (
  { callerIdentifiers }: EndedCall,
  threeCxCall: LinkedThreeCxCall | undefined,
  { callerKeys, callers, nowMs }: LookUps,
): Promise<readonly string[]> => {
  if (threeCxCall !== undefined) return [callerHashOf(threeCxCall.item)].filter((hash) => hash !== undefined);
  if (callerIdentifiers.length === 0) return [];
  const { all, likely } = await callerKeys(callerIdentifiers);
  if (all.length === likely.length) return all;
  const known: string[] = [];
  for (const callerHash of all)
    if ((await callers.read(callerHash, Math.floor(nowMs() / 1000))) !== undefined) known.push(callerHash);
  return known.length > 0 ? known : likely;
};

const consentOf = async (
  callerHash: string | undefined,
  { callers, nowMs }: LookUps,
): Promise<IdentifiedCall['consent']> => {
  if (callerHash === undefined) return undefined;
  const consent = (await callers.read(callerHash, Math.floor(nowMs() / 1000)))?.consent;
  return consent === undefined ? undefined : { state: consent.state, text_version: consent.text_version ?? null };
};

const preCallFieldsOf = async (
  conversationId: string | undefined,
  { conversations }: LookUps,
): Promise<IdentifiedCall['preCallFields']> => {
  const conversation = conversationId === undefined ? undefined : await conversations.read(conversationId);
  if (conversation === undefined) return undefined;
  return { voice_id: voiceOf(conversation) ?? null, greeting: conversation.greeting_source ?? null };
};

const callerHashOfPreCall = async (
  conversationId: string | undefined,
  { conversations }: LookUps,
): Promise<string | undefined> =>
  conversationId === undefined ? undefined : (await conversations.read(conversationId))?.caller_hash;

/** Returns the same look-ups, but reads each key only once. */
const sharedLookUps = (deps: LookUps): LookUps => ({
  ...deps,
  records: { ...deps.records, read: once((recordId: string) => deps.records.read(recordId)) },
  conversations: {
    ...deps.conversations,
    read: once((conversationId: string) => deps.conversations.read(conversationId)),
  },
  callerKeys: once((identifiers: readonly string[]) => deps.callerKeys(identifiers)),
  callers: { read: once((callerHash: string, nowS: number) => deps.callers.read(callerHash, nowS)) },
});

const once = <Key, More extends readonly unknown[], Item>(
  read: (key: Key, ...more: More) => Promise<Item>,
): ((key: Key, ...more: More) => Promise<Item>) => {
  const items = new Map<Key, Promise<Item>>();
  return (key, ...more) => {
    const item = items.get(key) ?? read(key, ...more);
    items.set(key, item);
    return item;
  };
};
