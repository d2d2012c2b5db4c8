import * as z from 'zod';
import { foreignId } from '../calls/json-fields';
import { problemsOf } from '../platform/problems';

const text = z.string().max(2048).nullish();

const event = z.object({
  event_type: z.string().max(64),
  call_id: foreignId,
  caller_id: text,
  called_number: text,
  timestamp: z.union([z.string().max(64), z.number()]).nullish(),
  direction: text,
  duration: z.number().nullish(),
  recording_url: text,
});

/** What the description of the API is made from. */
export const threeCxEventSchema = event;

/** An event of 3CX about one of its calls. */
export type ThreeCxEvent = z.infer<typeof event>;

/** The outcome of reading an untrusted event. */
export type ThreeCxReading = { ok: true; event: ThreeCxEvent } | { ok: false; problem: string };

/** Reads an event of R3; unknown fields are ignored. Never throws. */
export const readThreeCxEvent = (json: unknown): ThreeCxReading => {
  const { data, error } = event.safeParse(json);
  return error === undefined ? { ok: true, event: data } : { ok: false, problem: problemsOf(error) };
};

/** Whether the event begins a call that is to be answered: `IncomingCall`, unless it says that the call goes out. */
export const beginsCall = ({ event_type, direction }: ThreeCxEvent): boolean =>
  event_type === 'IncomingCall' && !/^out/i.test(direction ?? '');
