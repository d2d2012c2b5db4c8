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
 * CloudWatch Logs' FilterLogEvents over the file that the functions' lines are written to. Each function is a log
 * group of its own name. A pattern is a list of terms, all of which a line must contain; other patterns are refused.
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

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html: terms, quoted or not. */
const termsOf = (pattern: string): string[] => {
  if (!/^\s*((\w+|"[^"]*")\s*)*$/.test(pattern))
    throw new AwsError('InvalidParameterException', 'The local stack takes plain and quoted terms only.');
  return [...pattern.matchAll(/"([^"]*)"|(\w+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
};

/** A line without a time of its own has that of the line before it. */
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
