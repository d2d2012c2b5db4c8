import { Aws, Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionFolder } from '../../function-environments';

/**
 * The namespace of the functions' metrics. It is the stack's name, so that installations in one account have separate
 * metrics.
 */
export const namespace = Aws.STACK_NAME;

/** A metric that a function records: its service and, for some metrics, one more dimension. */
export interface OwnMetric {
  /** A function's folder; `api` means all routes together. */
  readonly service: FunctionFolder | 'api';
  readonly name: string;
  readonly dimension?: readonly [name: string, value: string];
}

/** Tells whether any of these functions records a metric. */
export const deployedIn = (functions: readonly { readonly folder: FunctionFolder }[]) => {
  const folders = new Set<OwnMetric['service']>(functions.map(({ folder }) => folder));
  return ({ service }: OwnMetric): boolean => folders.has(service);
};

/** Returns the sum of the metric's values in each period. */
export const sumOf = ({ service, name, dimension }: OwnMetric, period: Duration): Metric =>
  new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { service, ...(dimension !== undefined && { [dimension[0]]: dimension[1] }) },
    statistic: 'Sum',
    period,
  });

/** Returns the highest value in each period, for counts that every run repeats. Their sum would grow with the runs. */
export const highestOf = (metric: OwnMetric, period: Duration): Metric =>
  sumOf(metric, period).with({ statistic: 'Maximum' });

/**
 * Maximum number of metrics per alarm
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
 */
export const maxAlarmMetrics = 10;

/**
 * Adds several metrics, each read by `of`. A metric without data counts as zero. An alarm accepts at most
 * `maxAlarmMetrics`.
 */
export const total = (label: string, metrics: readonly OwnMetric[], period: Duration, of = sumOf): IMetric => {
  const [first, ...others] = metrics;
  if (first !== undefined && others.length === 0) return of(first, period);
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, of(metric, period)]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ label, expression, usingMetrics, period });
};

/** The period of most alarms. */
export const fiveMinutes = Duration.minutes(5);

/** The period of alarms on events that do not occur every five minutes if there are few calls. */
export const fifteenMinutes = Duration.minutes(15);
