import type { Calls } from '../ledger/calls';
import { callDigest } from './three-cx-call';
import type { ThreeCxEvent } from './three-cx-event';

/** How long a call is kept that only its later events tell of, in seconds. */
const keptS = 48 * 3600;

/** What recording an event works with. */
export interface LaterEventDeps {
  readonly calls: Calls;
  readonly nowMs: () => number;
}

/** Records an event about a call, known or not; those of kinds that do not exist yet as well. Throws 503. */
export const laterEvent = async (
  event: ThreeCxEvent,
  { calls, nowMs }: LaterEventDeps,
): Promise<{ status: 'success'; '3cx_call_id': string; message: string }> => {
  await calls.noteEvent(callDigest(event.call_id), event, nowMs(), Math.floor(nowMs() / 1000) + keptS);
  return { status: 'success', '3cx_call_id': event.call_id, message: 'The event was recorded' };
};
