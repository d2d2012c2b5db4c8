import * as z from 'zod';
import { type Leg, type ThreeCxCall, threeCxCall } from '../three-cx/three-cx-call';
import type { ThreeCxEvent } from '../three-cx/three-cx-event';
import type { LedgerTable } from './table';

/** A call of 3CX that a delivery claims. */
export interface NewThreeCxCall {
  /** SHA-256 of its id. */
  readonly call: string;
  readonly threeCxCallId: string;
  readonly attempt: string;
  readonly callerNumber: string | undefined;
  readonly callerHash: string | undefined;
  readonly receivedAtMs: number;
  /** Which of the two is placed first, by the delivery that claims the call. */
  readonly first: 'greeting' | 'agent_call';
  /** Unix seconds. */
  readonly expiresAtS: number;
}

/** One of the calls that are placed for a call of 3CX. */
export type LegName = 'greeting' | 'agent_call';

/** The CALL items. What rings a phone is claimed by one attempt before it is done. */
export interface Calls {
  read(call: string): Promise<ThreeCxCall | undefined>;
  /** Claims the call and its first leg; false when a delivery has done so already. */
  claim(made: NewThreeCxCall): Promise<boolean>;
  /** Claims the agent's call; false when it is placed or being placed already, or the call is not known. */
  claimAgentCall(call: string, attempt: string): Promise<boolean>;
  /** Writes what became of a leg, and whether the jobs that go on with the call are queued; false when it is not this attempt's. */
  noteLeg(call: string, name: LegName, leg: Leg, isQueued?: boolean): Promise<boolean>;
  /** Gives the agent's call back, as nothing has rung; false when it is not this attempt's. */
  releaseAgentCallClaim(call: string, attempt: string): Promise<boolean>;
  /** Notes that the jobs which go on with the call are queued. */
  markQueued(call: string): Promise<void>;
  /** Lets the agent's call be placed once more after this conversation of it met a busy line; false when that was done, or it is another's. */
  reopen(call: string, conversationId: string, nowMs: number): Promise<boolean>;
  /** Records a later event of 3CX about a call, known or not. */
  noteEvent(call: string, event: ThreeCxEvent, nowMs: number, expiresAtS: number): Promise<void>;
  /** Lets the end of a conversation find its call; kept until then (unix seconds). */
  refer(conversationId: string, call: string, expiresAtS: number): Promise<void>;
  /** The call (SHA-256 of its id) that a conversation was placed for; undefined for any other conversation. */
  findByConversation(conversationId: string): Promise<string | undefined>;
}

const reference = z.object({ call: z.string() });

const key = (call: string): string => `CALL#${call}`;

/** The key under which a conversation finds its call. */
export const callReferenceKey = (conversationId: string): string => `CALLREF#${conversationId}`;

/** The calls of this ledger. */
export const calls = (table: LedgerTable): Calls => ({
  read: (call) => table.get(key(call), threeCxCall),
  claim: (made) => claim(table, made),
  claimAgentCall: (call, attempt) => claimAgentCall(table, call, attempt),
  noteLeg: (call, name, leg, isQueued) =>
    table.update(key(call), {
      UpdateExpression: `SET #leg = :leg${isQueued === true ? ', is_queued = :queued' : ''}`,
      ConditionExpression: '#leg.attempt = :attempt',
      ExpressionAttributeNames: { '#leg': name },
      ExpressionAttributeValues: {
        ':leg': leg,
        ':attempt': leg.attempt,
        ':queued': isQueued === true ? true : undefined,
      },
    }),
  releaseAgentCallClaim: (call, attempt) =>
    table.update(key(call), {
      UpdateExpression: 'REMOVE agent_call',
      ConditionExpression: 'agent_call.attempt = :attempt',
      ExpressionAttributeValues: { ':attempt': attempt },
    }),
  markQueued: (call) => markQueued(table, call),
  reopen: (call, conversationId, nowMs) => reopen(table, call, conversationId, nowMs),
  noteEvent: (call, event, nowMs, expiresAtS) => noteEvent(table, call, event, { nowMs, expiresAtS }),
  refer: async (conversationId, call, expiresAtS) => {
    await table.put({
      Item: { pk: callReferenceKey(conversationId), kind: 'callref', call, expires_at: expiresAtS },
    });
  },
  findByConversation: async (conversationId) => (await table.get(callReferenceKey(conversationId), reference))?.call,
});

/** A claim whose answer got lost is recognised as one's own: nobody else would place the call. */
const claimAgentCall = async (table: LedgerTable, call: string, attempt: string): Promise<boolean> => {
  const isOwn = async (): Promise<boolean> =>
    (await table.get(key(call), threeCxCall))?.agent_call?.attempt === attempt;
  const claimed = table.tryUpdate(key(call), {
    UpdateExpression: 'SET agent_call = :leg',
    ConditionExpression: 'attribute_exists(attempt) AND attribute_not_exists(agent_call)',
    ExpressionAttributeValues: { ':leg': { state: 'placing', attempt } },
  });
  const outcome = await claimed.catch(async (error: unknown) => {
    if (await isOwn()) return 'written' as const;
    throw error;
  });
  return outcome === 'refused-after-retry' ? isOwn() : outcome === 'written';
};

const markQueued = async (table: LedgerTable, call: string): Promise<void> => {
  await table.update(key(call), {
    UpdateExpression: 'SET is_queued = :true',
    ConditionExpression: 'attribute_exists(attempt)',
    ExpressionAttributeValues: { ':true': true },
  });
};

const reopen = (table: LedgerTable, call: string, conversationId: string, nowMs: number): Promise<boolean> =>
  table.update(key(call), {
    UpdateExpression: 'SET redialled_at = :now REMOVE agent_call',
    ConditionExpression: 'agent_call.conversation_id = :conversation AND attribute_not_exists(redialled_at)',
    ExpressionAttributeValues: { ':now': nowMs, ':conversation': conversationId },
  });

const claim = (table: LedgerTable, made: NewThreeCxCall): Promise<boolean> => {
  const fields: Record<string, unknown> = {
    kind: 'call',
    threecx_call_id: made.threeCxCallId,
    attempt: made.attempt,
    received_at: made.receivedAtMs,
    [made.first]: { state: 'placing', attempt: made.attempt },
    expires_at: made.expiresAtS,
    ...(made.callerNumber !== undefined && { caller_number: made.callerNumber }),
    ...(made.callerHash !== undefined && { caller_hash: made.callerHash }),
  };
  const names = Object.keys(fields);
  const other: LegName = made.first === 'greeting' ? 'agent_call' : 'greeting';
  return table.update(key(made.call), {
    UpdateExpression: `SET ${names.map((_name, index) => `#f${index} = :v${index}`).join(', ')} REMOVE ${other}, is_queued, redialled_at`,
    // An event about the call may have come before the one that begins it; one that has expired counts as never seen.
    ConditionExpression: 'attribute_not_exists(attempt) OR expires_at <= :now',
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#f${index}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.values(fields).map((value, index) => [`:v${index}`, value])),
      ':now': Math.floor(made.receivedAtMs / 1000),
    },
  });
};

const noteEvent = async (
  table: LedgerTable,
  call: string,
  { event_type, call_id, timestamp, duration, recording_url }: ThreeCxEvent,
  { nowMs, expiresAtS }: { nowMs: number; expiresAtS: number },
): Promise<void> => {
  const isEnd = event_type === 'CallEnded';
  await table.update(key(call), {
    ConditionExpression: 'attribute_not_exists(erased_at)',
    UpdateExpression: `SET kind = :kind, threecx_call_id = :id, last_event = :event${isEnd ? ', ended = :end' : ''}, expires_at = if_not_exists(expires_at, :expiry)`,
    ExpressionAttributeValues: {
      ':kind': 'call',
      ':id': call_id,
      ':event': { type: event_type, timestamp: timestamp ?? null, noted_at: nowMs },
      ':end': isEnd ? { duration: duration ?? null, recording_url: recording_url ?? null, noted_at: nowMs } : undefined,
      ':expiry': expiresAtS,
    },
  });
};
