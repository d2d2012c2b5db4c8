import type { Calls } from '../ledger/calls';
import { AwsUnavailable } from '../platform/errors';
import { callKeptS } from './settings';
import { callDigest } from './three-cx-call';
import { recordEvent, type ThreeCxEvent } from './three-cx-event';

/** Another event or delivery may change the item between read and write. */
const maxAttempts = 4;

/** Dependencies for recording an event. */
export interface LaterEventDeps {
  readonly calls: Calls;
  readonly nowMs: () => number;
}

/**
 * Records an event about a call, even if the call or the kind of event is unknown. Throws 503 when the ledger fails.
 */
export const laterEvent = async (
  event: ThreeCxEvent,
  { calls, nowMs }: LaterEventDeps,
): Promise<{ status: 'success'; '3cx_call_id': string; message: string }> => {
  const call = callDigest(event.call_id);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const times = { nowMs: nowMs(), expiresAtS: Math.floor(nowMs() / 1000) + callKeptS };
    const change = recordEvent(await calls.read(call), event, times);
    if (change === undefined || (await calls.write(call, change)))
      return { status: 'success', '3cx_call_id': event.call_id, message: 'The event was recorded' };
  }
  throw new AwsUnavailable('DynamoDB', 'record the event', new Error('The call changed with every try.'));
};
