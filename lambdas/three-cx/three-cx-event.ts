import * as z from 'zod';
import { callerIdentifier } from '../callers/identities';
import { duration, foreignId, oddFields, optional, printable } from '../calls/json-fields';
import { problemsOf } from '../platform/problems';
import type { Transition } from '../platform/transition';
import { callDigest, clearedFields, isExpired, notErased, type ThreeCxCall } from './three-cx-call';

const optionalFields = {
  timestamp: z.union([z.string().max(64), z.number()]),
  direction: printable(64),
  duration,
  recording_url: z.string().max(2048),
};

const event = z.object({
  event_type: z.string().max(64),
  call_id: foreignId,
  caller_id: callerIdentifier,
  called_number: callerIdentifier,
  timestamp: optional(optionalFields.timestamp),
  direction: optional(optionalFields.direction),
  duration: optional(optionalFields.duration),
  recording_url: optional(optionalFields.recording_url),
});

/** The schema for the API description. */
export const threeCxEventSchema = event;

/** An event that 3CX sends about one of its calls. */
export type ThreeCxEvent = z.infer<typeof event>;

/** The result of reading an untrusted event. */
export type ThreeCxReading =
  { ok: true; event: ThreeCxEvent; oddFields: readonly string[] } | { ok: false; problem: string };

/**
 * Reads an untrusted event. Ignores unknown fields. Treats optional fields that cannot be read as absent, and names
 * them in `oddFields`. Never throws.
 */
export const readThreeCxEvent = (json: unknown): ThreeCxReading => {
  const { data, error } = event.safeParse(json);
  return error === undefined
    ? { ok: true, event: data, oddFields: oddFields(json, optionalFields) }
    : { ok: false, problem: problemsOf(error) };
};

/** Returns whether the event starts a call that Precall answers: `IncomingCall`, unless its direction is outbound. */
export const beginsCall = ({ event_type, direction }: ThreeCxEvent): boolean =>
  isType(event_type, 'incomingcall') && !/^out/i.test(direction ?? '');

/** Integrations write the types in their own style: `IncomingCall`, `incoming_call`. */
const isType = (eventType: string, letters: string): boolean =>
  eventType.replace(/[\s_-]/g, '').toLowerCase() === letters;

/** Records a later event. Returns undefined for an erased call. */
export const recordEvent = (
  call: ThreeCxCall | undefined,
  { event_type, call_id, timestamp, duration, recording_url }: ThreeCxEvent,
  { nowMs, expiresAtS }: { readonly nowMs: number; readonly expiresAtS: number },
): Transition | undefined => {
  const fields = {
    last_event: { type: event_type, timestamp: timestamp ?? null, noted_at: nowMs },
    ...(isType(event_type, 'callended') && {
      ended: { duration: duration ?? null, recording_url: recording_url ?? null, noted_at: nowMs },
    }),
  };
  if (call !== undefined && !isExpired(call, nowMs))
    return call.state === 'erased' ? undefined : { region: 'events', from: { state: notErased }, to: fields };
  const newItem = { call: callDigest(call_id), threecx_call_id: call_id, expires_at: expiresAtS };
  return {
    region: 'events',
    from: call === undefined ? { state: 'absent' } : { expires_at: { is: call.expires_at } },
    to: { ...clearedFields, state: 'unclaimed', ...newItem, ...fields },
  };
};
