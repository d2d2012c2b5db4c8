import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import * as z from 'zod';
import { setLogicalId } from '../building-blocks/logical-id';
import { ImpactAlarm } from '../monitoring/impact-alarm';
import { fiveMinutes, namespace } from '../monitoring/metrics';

/** The fields of each line. By default, none reveals the sender or the content of a request. */
const fields = {
  request_id: '$context.requestId',
  route: '$context.resourcePath',
  method: '$context.httpMethod',
  status: '$context.status',
  /** The function's own status; `-` if no function ran. */
  function_status: '$context.integration.status',
  function_error: '$context.integration.error',
  error_type: '$context.error.responseType',
  response_bytes: '$context.responseLength',
  duration_ms: '$context.responseLatency',
} as const;

/** How the log is stored, and the topic of its alarm. */
export interface AccessLogProps {
  readonly retentionDays: number;
  readonly key: IKey | undefined;
  /** Whether each line contains the source address of the request. */
  readonly hasSourceAddress: boolean;
  readonly alarmTopic: ITopic;
}

/** The API's access log, and the alarm on requests that AWS rejects before a function runs. */
export class AccessLog extends Construct {
  readonly destination: LogGroupLogDestination;
  readonly format: AccessLogFormat;

  constructor(scope: Construct, id: string, { retentionDays, key, hasSourceAddress, alarmTopic }: AccessLogProps) {
    super(scope, id);
    const source = hasSourceAddress ? { source_address: '$context.identity.sourceIp' } : {};
    this.format = AccessLogFormat.custom(JSON.stringify({ ...fields, ...source }));
    const logGroup = new LogGroup(this, 'Logs', {
      retention: z.enum(RetentionDays).parse(retentionDays),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...(key !== undefined && { encryptionKey: key }),
    });
    setLogicalId(logGroup, 'WebAccessLog');
    this.destination = new LogGroupLogDestination(logGroup);
    new ImpactAlarm(this, 'RefusedByAws', {
      alarmTopic,
      metric: this.countRefused(logGroup).metric({ statistic: 'Sum', period: fiveMinutes }),
      threshold: 20,
      isQuiet: true,
      impact:
        'AWS refuses requests unread: too large (413), from an address that is not listed (403), or too many (429). ' +
        'ElevenLabs repeats only those with 429.',
      missingData: 'ok',
    });
  }

  /**
   * Counts requests that AWS itself answered with 403, 413 or 429. For a request that was too large, the log may show a
   * function's status, so it is also recognised by its error type.
   */
  private countRefused(logGroup: LogGroup): MetricFilter {
    const refused = ['403', '413', '429'].map((status) => FilterPattern.stringValue('$.status', '=', status));
    return new MetricFilter(this, 'Filter', {
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
  }
}
