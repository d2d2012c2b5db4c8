import { paginateFilterLogEvents, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import type { Installation, InstalledFunction } from './installation';

const text = z.string().nullish().catch(undefined);
const number = z.number().nullish().catch(undefined);

/** An event of a function's log, with the fields that call stories use. Other fields are kept unchanged. */
const logEvent = z.looseObject({
  event: z.string(),
  level: text,
  service: text,
  request_id: text,
  conversation_id: text,
  agent_id: text,
  voice_id: text,
  operation: text,
  status: number,
  duration_ms: number,
  attempt: number,
  route: text,
  error_code: text,
  processing_time_ms: number,
  superseded_conversation_id: text,
  superseding_conversation_id: text,
  elevenlabs_code: text,
  reason: text,
  outcome: text,
  waits_for: text,
  after_s: number,
  leg: text,
  duration_s: number,
  sample_duration_s: number,
  error: z.looseObject({ name: text, code: text, message: text, at: text }).nullish().catch(undefined),
});

/** An event of a function's log. */
export interface LoggedEvent extends z.infer<typeof logEvent> {
  /** CloudWatch's id of the line. */
  readonly id: string;
  /** When it was logged, in unix milliseconds. */
  readonly atMs: number;
}

/** Defines which log lines to search for. */
export interface LogSearch {
  /** Terms that must all be in a line, with the same spelling and case. */
  readonly terms: readonly string[];
  /** Start of the search, in unix milliseconds. */
  readonly fromMs: number;
  /** @default now */
  readonly untilMs?: number | undefined;
  /** Names of functions. @default all */
  readonly functions?: readonly string[] | undefined;
}

/** Number of groups that are searched in parallel. CloudWatch allows five requests per second. */
const parallel = 4;

/** Searches the functions' logs for events that contain every term, and returns them oldest first. */
export const searchLogs = async (installation: Installation, search: LogSearch): Promise<LoggedEvent[]> => {
  const wanted = Object.entries(installation.functions)
    .filter(([name]) => search.functions === undefined || search.functions.includes(name))
    .map(([, each]) => each);
  const found: LoggedEvent[] = [];
  for (let from = 0; from < wanted.length; from += parallel) {
    const groups = wanted.slice(from, from + parallel);
    const events = await Promise.all(groups.map((group) => searchGroup(installation, group, search)));
    found.push(...events.flat());
  }
  return found.sort((a, b) => a.atMs - b.atMs);
};

const searchGroup = async (
  { clients: { logs: client } }: Installation,
  { logGroup }: InstalledFunction,
  { terms, fromMs, untilMs = Date.now() }: LogSearch,
): Promise<LoggedEvent[]> => {
  const request = {
    logGroupName: logGroup,
    filterPattern: terms.map((term) => `"${term}"`).join(' '),
    startTime: Math.max(0, Math.floor(fromMs)),
    endTime: Math.ceil(untilMs),
  };
  const found: LoggedEvent[] = [];
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, request))
      found.push(...events.flatMap((each) => readEvent(each, logGroup)));
  } catch (error) {
    // A function that never ran has no log lines and may have no log group.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  return found;
};

interface RawEvent {
  readonly eventId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly message?: string | undefined;
}

const readEvent = ({ eventId = '', timestamp = 0, message = '' }: RawEvent, group: string): LoggedEvent[] => {
  try {
    const json: unknown = JSON.parse(message.slice(message.indexOf('{')));
    const { data } = logEvent.safeParse(json);
    return data === undefined ? [] : [{ ...data, id: `${group} ${eventId}`, atMs: timestamp }];
  } catch {
    return [];
  }
};
