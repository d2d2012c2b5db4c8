import type { StoredCall } from '../lambdas/calls/stored-call';
import { type ClaimedCall, conversationOf } from '../lambdas/three-cx/three-cx-call';
import { type Conversation, takenBy, voiceOf } from '../lambdas/voices/conversation';
import { callState, threeCxState } from './call-states';

/** A call in a list. */
export interface CallSummary {
  /** The pre-call's conversation id, otherwise ElevenLabs' id of the call, 3CX's id, or the record's id. */
  readonly id: string;
  /** Other ids of the same call, such as ElevenLabs' id of the call that took a pre-call. */
  readonly otherIds: readonly string[];
  readonly kind: 'conversation' | '3cx' | 'refused';
  /** When the call became known, in unix milliseconds: its pre-call was signed, or it started, otherwise it ended. */
  readonly atMs: number;
  readonly agentId: string | undefined;
  readonly voiceId: string | undefined;
  /** The state in a few words: `ready`, `ended`, `completed`, `failed: busy`, `refused: INVALID_VOICE_SAMPLE`. */
  readonly state: string;
  readonly isFailed: boolean;
  /** When the call ended, in unix milliseconds; undefined while it continues. */
  readonly endedAtMs?: number | undefined;
  /** Duration of the call according to ElevenLabs, in seconds. */
  readonly durationS?: number | undefined;
}

/** A call about which ElevenLabs asked before it started. */
export interface StartedCall {
  readonly id: string;
  readonly atMs: number;
  readonly agentId: string | undefined;
}

/** Everything from which the list of calls is made. */
export interface CallFacts {
  readonly conversations: readonly Conversation[];
  /** Records by `record_id`. */
  readonly records: ReadonlyMap<string, StoredCall>;
  readonly threeCx: readonly ClaimedCall[];
  /** The 3CX call (SHA-256 of its id) by the id of each conversation that was placed for it. */
  readonly legs: ReadonlyMap<string, string>;
  readonly started: readonly StartedCall[];
}

/** No call lasts longer, in milliseconds. An earlier start comes from a sample event, and is ignored. */
const longestCallMs = 24 * 3_600_000;

/** Returns one row for each call, under whichever of its ids it is known. */
export const callRows = (facts: CallFacts): CallSummary[] => {
  const mainIds = mainIdsOf(facts);
  const groups = new Map<string, string[]>();
  const add = (id: string): void => {
    const main = mainIds.get(id) ?? id;
    const ids = groups.get(main) ?? [];
    if (!ids.includes(id)) groups.set(main, [...ids, id]);
  };
  facts.conversations.forEach(({ conversation_id: id }) => add(id));
  facts.records.forEach(({ record_id: id }) => add(id));
  facts.started.forEach(({ id }) => add(id));
  const conversations = new Map(facts.conversations.map((each) => [each.conversation_id, each]));
  const started = new Map(facts.started.map((each) => [each.id, each]));
  const threeCx = new Map(facts.threeCx.map((each) => [each.call, each]));
  return [
    ...facts.threeCx.map((call) => threeCxRow(call, groups.get(call.call) ?? [], facts)),
    ...[...groups]
      .filter(([main]) => !threeCx.has(main))
      .map(([main, ids]) => row(main, ids, { conversations, records: facts.records, started })),
  ];
};

/** Returns the main id of each id that is not a call's main id. */
const mainIdsOf = ({ conversations, records, threeCx, legs }: CallFacts): ReadonlyMap<string, string> => {
  const known = new Map(conversations.map((each) => [each.conversation_id, each]));
  const claimed = new Set(threeCx.map(({ call }) => call));
  const found = new Map<string, string>();
  for (const { record_id: id, precall_conversation_id: preCall } of records.values())
    if (preCall !== null && preCall !== id && known.has(preCall)) found.set(id, preCall);
  for (const each of conversations) {
    const [id, taker] = [each.conversation_id, takenBy(each)];
    if (taker !== undefined && taker !== id) found.set(taker, id);
    const took = each.took === undefined ? undefined : known.get(each.took);
    // A later call may have taken the pre-call over.
    if (took !== undefined && [undefined, id].includes(takenBy(took))) found.set(id, took.conversation_id);
  }
  for (const [id, call] of legs) if (claimed.has(call)) found.set(id, call);
  return found;
};

interface Known {
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly records: ReadonlyMap<string, StoredCall>;
  readonly started: ReadonlyMap<string, StartedCall>;
}

const firstOf = <T>(ids: readonly string[], found: ReadonlyMap<string, T>): T | undefined =>
  ids.map((id) => found.get(id)).find((each) => each !== undefined);

const row = (id: string, ids: readonly string[], { conversations, records, started }: Known): CallSummary => {
  const otherIds = ids.filter((each) => each !== id);
  const [item, record, start] = [conversations.get(id), firstOf(ids, records), firstOf(ids, started)];
  const endedAtMs = item?.ended_at ?? firstOf(otherIds, conversations)?.ended_at ?? reportedAtMs(record);
  const begunAtMs = item?.signed_at === undefined ? start?.atMs : item.signed_at * 1000;
  return {
    id,
    otherIds,
    kind: 'conversation',
    atMs: begunAtMs ?? startOf(record, endedAtMs) ?? endedAtMs ?? 0,
    agentId: item?.agent_id ?? start?.agentId ?? record?.agent_id ?? undefined,
    voiceId: item === undefined ? undefined : voiceOf(item),
    ...callState(item, record, endedAtMs),
    endedAtMs,
    durationS: record?.call_duration_secs ?? undefined,
  };
};

const reportedAtMs = (record: StoredCall | undefined): number | undefined => {
  const atS = record?.event_timestamp ?? record?.failure_timestamp;
  return record?.announced_at ?? (atS === undefined ? undefined : atS * 1000);
};

/** Returns when a call started according to ElevenLabs; undefined if that is unknown or cannot be. */
const startOf = (record: StoredCall | undefined, endedAtMs: number | undefined): number | undefined => {
  if (record?.start_time_unix_secs == null || endedAtMs === undefined) return undefined;
  const startMs = record.start_time_unix_secs * 1000;
  return startMs <= endedAtMs && endedAtMs - startMs < longestCallMs ? startMs : undefined;
};

const threeCxRow = (call: ClaimedCall, ids: readonly string[], { conversations, records }: CallFacts): CallSummary => {
  const leg = call.agent_call ?? call.greeting;
  const legId = conversationOf(call.agent_call);
  const record = legId === undefined ? undefined : records.get(legId);
  const item = conversations.find(({ conversation_id: id }) => id === legId);
  return {
    id: call.threecx_call_id,
    otherIds: ids,
    kind: '3cx',
    atMs: call.received_at,
    agentId: record?.agent_id ?? undefined,
    voiceId: leg !== undefined && 'voice_id' in leg ? leg.voice_id : undefined,
    ...threeCxState(call, item, record),
    endedAtMs: call.agent_call?.state === 'placed' ? item?.ended_at : undefined,
    durationS: record?.call_duration_secs ?? undefined,
  };
};
