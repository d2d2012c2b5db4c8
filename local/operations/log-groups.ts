import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import * as z from 'zod';
import { AwsError } from '../aws/aws-error';
import { serveJson } from '../aws/serve-json';

const filterRequest = z.object({
  logGroupName: z.string().min(1),
  filterPattern: z.string().default(''),
  startTime: z.number().min(0).default(0),
  endTime: z.number().min(0).default(Infinity),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z.string().regex(/^\d+$/).default('0'),
});

interface LogEvent {
  readonly eventId: string;
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/**
 * Serves CloudWatch Logs' FilterLogEvents from the functions' log file. Each function is a log group with its own name.
 * A pattern is a list of terms that must all be in a line; other patterns are rejected.
 */
export const serveLogGroups = (logPath: string, functionIds: ReadonlySet<string>): RequestListener =>
  serveJson('CloudWatch Logs', {
    FilterLogEvents: async (body) => {
      const request = filterRequest.parse(body);
      if (!functionIds.has(request.logGroupName))
        throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
      const terms = termsOf(request.filterPattern);
      const events = eventsOf(await readFile(logPath, 'utf8'), request.logGroupName).filter(
        ({ timestamp, message }) =>
          timestamp >= request.startTime &&
          timestamp <= request.endTime &&
          terms.every((term) => message.includes(term)),
      );
      const from = Number(request.nextToken);
      const until = from + request.limit;
      return {
        events: events.slice(from, until),
        searchedLogStreams: [],
        ...(until < events.length && { nextToken: String(until) }),
      };
    },
  });

/** Parses terms, quoted or not: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
const termsOf = (pattern: string): string[] => {
  if (!/^\s*((\w+|"[^"]*")\s*)*$/.test(pattern))
    throw new AwsError('InvalidParameterException', 'The local stack takes plain and quoted terms only.');
  return [...pattern.matchAll(/"([^"]*)"|(\w+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
};

/** Parses log lines as events. A line without a time gets the time of the previous line. */
const eventsOf = (log: string, functionId: string): LogEvent[] => {
  let timestamp = 0;
  return log.split('\n').flatMap((line, index) => {
    if (!line.startsWith(`${functionId} `)) return [];
    const message = line.slice(functionId.length + 1);
    timestamp = timeOf(message) ?? timestamp;
    const id = String(index);
    return [{ eventId: id, logStreamName: 'local', timestamp, ingestionTime: timestamp, message }];
  });
};

const timeOf = (message: string): number | undefined => {
  const time = /"timestamp":"([^"]+)"/.exec(message)?.[1];
  const milliseconds = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
};
