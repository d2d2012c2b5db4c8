import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import * as z from 'zod';
import { readBody } from '../lambda/read-body';
import { answerJson } from './answer-json';

/** An event on the default bus. */
export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly time: string;
}

/** An in-memory EventBridge that stores events and forwards none. */
export interface EventBus {
  readonly serve: RequestListener;
  /** The last thousand events, oldest first. */
  readonly events: readonly BusEvent[];
}

const maxEvents = 1000;
/** EventBridge accepts entries of 256 KB, up to 10 at a time. */
const maxBytes = 3 * 1024 * 1024;

const detail = z.string().transform((text, context): Record<string, unknown> => {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'Detail is malformed.' });
    return z.NEVER;
  }
});
const entry = z.object({
  Source: z.string().min(1),
  DetailType: z.string().min(1).max(128),
  Detail: detail,
  EventBusName: z.literal('default').optional(),
});
const putEvents = z.object({ Entries: z.array(z.unknown()).min(1).max(10) });

/** Accepts each entry separately, as EventBridge does: an invalid entry fails alone. */
const put = (events: BusEvent[], Entries: readonly unknown[]): object => {
  const results = Entries.map((given) => {
    const parsed = entry.safeParse(given);
    if (!parsed.success) return { ErrorCode: 'InvalidArgument', ErrorMessage: parsed.error.message };
    const { Source: source, DetailType: detailType, Detail } = parsed.data;
    const event = { id: randomUUID(), source, detailType, detail: Detail, time: new Date().toISOString() };
    events.push(event);
    if (events.length > maxEvents) events.shift();
    return { EventId: event.id };
  });
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
};

const handle = async (events: BusEvent[], request: IncomingMessage): Promise<[number, object]> => {
  const action = String(request.headers['x-amz-target']).replace(/^AWSEvents\./, '');
  if (action !== 'PutEvents')
    return [400, { __type: 'UnknownOperationException', message: `The local stack has PutEvents, but not ${action}.` }];
  const body = await readBody(request, maxBytes);
  const parsed = body === undefined ? undefined : putEvents.safeParse(JSON.parse(body.toString('utf8'))).data;
  return parsed === undefined
    ? [400, { __type: 'ValidationException', message: 'Expected 1 to 10 entries.' }]
    : [200, put(events, parsed.Entries)];
};

/** Creates an empty event bus. */
export const createEventBus = (): EventBus => {
  const events: BusEvent[] = [];
  return {
    events,
    serve: (request, response) => {
      handle(events, request).then(
        ([status, answer]) => answerJson(response, status, answer),
        () => response.destroy(),
      );
    },
  };
};
