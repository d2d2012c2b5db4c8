import type { Transition } from '../platform/transition';
import { type Conversation, leaseLeftMs, unchanged, withoutQuotes } from './conversation';

/** When a conversation ended. */
export interface EndTimes {
  /** Unix milliseconds. */
  readonly endedAtMs: number;
  /** The end is kept until then, in unix seconds. */
  readonly expiresAtS: number;
  /** Until when a live call keeps the voice, in unix seconds. @default the call is over */
  readonly callUntilS?: number | undefined;
}

/**
 * Writes the end of a conversation, even if the ledger does not have it. While the end is kept, nothing claims or
 * completes the conversation.
 */
export const end = (conversation_id: string, { endedAtMs, expiresAtS, callUntilS }: EndTimes): Transition => ({
  region: 'end',
  from: { ended_at: 'absent' },
  to: {
    conversation_id,
    ended_at: endedAtMs,
    expires_at: expiresAtS,
    ...withoutQuotes,
    ...(callUntilS !== undefined && { call_until: callUntilS }),
  },
});

/** Returns whether a live call may still have the voice of this ended conversation. */
export const mayBeInCall = ({ call_until: untilS = 0 }: Conversation, nowMs: number): boolean => nowMs < untilS * 1000;

/**
 * Removes all data of the caller and of the voice from an ended conversation. Without `work`, no late write can add a
 * voice. Returns undefined while the conversation goes on or an attempt holds it.
 */
export const erase = (conversation: Conversation, erasedAtS: number, nowMs: number): Transition | undefined =>
  conversation.ended_at === undefined || leaseLeftMs(conversation, nowMs) > 0
    ? undefined
    : {
        region: 'work',
        from: { ...unchanged(conversation), ended_at: 'present' },
        to: {
          erased_at: erasedAtS,
          work: undefined,
          ...withoutQuotes,
          caller_hash: undefined,
          signed_at: undefined,
        },
      };
