import type { Calls } from '../ledger/calls';
import { AwsUnavailable } from '../platform/errors';
import { callDigest } from './three-cx-call';
import { recordEvent, type ThreeCxEvent } from './three-cx-event';

/** How long to keep a call whose first event never arrived, in seconds. */
const keptS = 48 * 3600;

/** Maximum number of tries, because another event or delivery may change the item between read and write. */
const maxTries = 4;

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
  for (let tries = 0; tries < maxTries; tries += 1) {
    const times = { nowMs: nowMs(), expiresAtS: Math.floor(nowMs() / 1000) + keptS };
    const change = recordEvent(await calls.read(call), event, times);
    if (change === undefined || (await calls.write(call, change)))
      return { status: 'success', '3cx_call_id': event.call_id, message: 'The event was recorded' };
  }
  throw new AwsUnavailable('DynamoDB', 'record the event', new Error('The call changed with every try.'));
};
