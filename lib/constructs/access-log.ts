import { AccessLogFormat, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigateway';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import * as z from 'zod';
import { fiveMinutes, namespace } from './monitoring/own-metrics';

/** What each line says of a request: nothing of who sent it, and nothing of what is in it. */
const fields = {
  request_id: '$context.requestId',
  route: '$context.resourcePath',
  method: '$context.httpMethod',
  status: '$context.status',
  /** The function's own status; `-` where no function of ours ran. */
  function_status: '$context.integration.status',
  function_error: '$context.integration.error',
  error_type: '$context.error.responseType',
  response_bytes: '$context.responseLength',
  duration_ms: '$context.responseLatency',
} as const;

/** The API's access log, and the count of what AWS refused before our code ran. */
export class AccessLog extends Construct {
  readonly destination: LogGroupLogDestination;
  readonly format = AccessLogFormat.custom(JSON.stringify(fields));
  /** Requests that AWS answered 403, 413 or 429 by itself. What is too large is known by its name as well: of that it may report a function's status. */
  readonly refusedByAws: Metric;

  constructor(scope: Construct, id: string, { retentionDays }: { readonly retentionDays: number }) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: z.enum(RetentionDays).parse(retentionDays) });
    this.destination = new LogGroupLogDestination(logGroup);
    const refused = ['403', '413', '429'].map((status) => FilterPattern.stringValue('$.status', '=', status));
    const filter = new MetricFilter(this, 'RefusedByAws', {
      logGroup,
      filterPattern: FilterPattern.any(
        FilterPattern.all(FilterPattern.stringValue('$.function_status', '=', '-'), FilterPattern.any(...refused)),
        FilterPattern.all(
          FilterPattern.stringValue('$.status', '=', '413'),
          FilterPattern.stringValue('$.error_type', '=', 'REQUEST_TOO_LARGE'),
        ),
      ),
      metricNamespace: namespace,
      metricName: 'RefusedByAws',
      metricValue: '1',
      defaultValue: 0,
    });
    this.refusedByAws = filter.metric({ statistic: 'Sum', period: fiveMinutes });
  }
}
