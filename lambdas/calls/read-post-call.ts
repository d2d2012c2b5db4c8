import { type FlatCall, isFlatCall, readFlatCall } from './flat-call';
import { isJsonObject } from './json-object';
import { isNestedDeeper } from './nesting';
import { type PostCallEvent, readPostCallEvent } from './post-call-event';

/** Most events in one body. */
export const maxEvents = 100;

/** Most levels of lists and objects in one another: ElevenLabs' own events have some ten. */
const maxLevels = 200;

/** The outcome of reading a body: events of ElevenLabs, one call in the flat form, or what is wrong with it. */
export type PostCallReading =
  | { ok: true; form: 'events'; events: readonly PostCallEvent[] }
  | { ok: true; form: 'flat'; call: FlatCall }
  | { ok: false; problem: string; conversationId: string | undefined };

/**
 * Reads the parsed body of a post-call webhook: one event, a list of 1 to 100 events, or one call in the flat form. A list is
 * refused as a whole by its first event that is not valid; the flat form is never in a list, because it may have a secret of
 * its own. `conversationId` is that of the event at fault, where it could be read. Nothing is quoted. Never throws.
 */
export const readPostCallBody = (body: unknown): PostCallReading => {
  if (isNestedDeeper(body, maxLevels))
    return refused(`body: expected at most ${maxLevels} levels of lists and objects in one another`);
  if (Array.isArray(body)) return readList(body);
  if (!isJsonObject(body)) return refused(`body: expected ${expected}, got ${nameOf(body)}`);
  if (isFlatCall(body)) {
    const reading = readFlatCall(body);
    return reading.ok ? { ok: true, form: 'flat', call: reading.call } : refused(reading.problem);
  }
  const reading = readPostCallEvent(body);
  return reading.ok ? { ok: true, form: 'events', events: [reading.event] } : reading;
};

const expected = `an event with type and data, a list of 1 to ${maxEvents} events, or the flat form with call_id`;

const readList = (list: readonly unknown[]): PostCallReading => {
  if (list.length === 0 || list.length > maxEvents)
    return refused(`body: expected a list of 1 to ${maxEvents} events, got ${list.length}`);
  const events: PostCallEvent[] = [];
  for (const [index, json] of list.entries()) {
    const reading = readPostCallEvent(json);
    if (!reading.ok) return { ...reading, problem: `event ${index + 1} of ${list.length}: ${reading.problem}` };
    events.push(reading.event);
  }
  return { ok: true, form: 'events', events };
};

const nameOf = (json: unknown): string => (json === null ? 'null' : `a ${typeof json}`);

const refused = (problem: string): PostCallReading => ({ ok: false, problem, conversationId: undefined });
