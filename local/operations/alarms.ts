import type { RequestListener } from 'node:http';
import * as z from 'zod';
import { serveJson } from '../aws/serve-json';

const describeRequest = z.object({
  AlarmNamePrefix: z.string().default(''),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
  MaxRecords: z.number().int().min(1).max(100).default(50),
  NextToken: z.string().regex(/^\d+$/).default('0'),
});

/** Serves CloudWatch's DescribeAlarms with the names of the template's alarms. The local stack never evaluates them. */
export const serveAlarms = (alarmNames: readonly string[]): RequestListener =>
  serveJson('CloudWatch', {
    DescribeAlarms: (body) => {
      const { AlarmNamePrefix, StateValue = 'INSUFFICIENT_DATA', MaxRecords, NextToken } = describeRequest.parse(body);
      const isUnknown = StateValue === 'INSUFFICIENT_DATA';
      const found = isUnknown ? alarmNames.filter((name) => name.startsWith(AlarmNamePrefix)).sort() : [];
      const from = Number(NextToken);
      const until = from + MaxRecords;
      const MetricAlarms = found.slice(from, until).map((AlarmName) => ({
        AlarmName,
        StateValue,
        StateReason: 'The local stack evaluates no alarms.',
      }));
      return { MetricAlarms, CompositeAlarms: [], ...(until < found.length && { NextToken: String(until) }) };
    },
  });
