import { Aws, Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionFolder } from '../../function-environments';

/**
 * The namespace of the functions' own metrics: the stack's name, so that installations in one account count each for
 * itself.
 */
export const namespace = Aws.STACK_NAME;

/** A metric that a function counts itself: the function's service and, for some metrics, one more dimension. */
export interface OwnMetric {
  /** A function's folder; `api`: all routes count it together. */
  readonly service: FunctionFolder | 'api';
  readonly name: string;
  readonly dimension?: readonly [name: string, value: string];
}

/** Tells whether one of these functions counts a metric. */
export const deployedIn = (functions: readonly { readonly folder: FunctionFolder }[]) => {
  const folders = new Set<OwnMetric['service']>(functions.map(({ folder }) => folder));
  return ({ service }: OwnMetric): boolean => folders.has(service);
};

/** The sum of the metric's values in each period. */
export const sumOf = ({ service, name, dimension }: OwnMetric, period: Duration): Metric =>
  new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { service, ...(dimension !== undefined && { [dimension[0]]: dimension[1] }) },
    statistic: 'Sum',
    period,
  });

/**
 * The highest of the metric's values in each period, for counts that each run repeats: their sum would grow with the
 * runs.
 */
export const highestOf = (metric: OwnMetric, period: Duration): Metric =>
  sumOf(metric, period).with({ statistic: 'Maximum' });

/**
 * Most metrics that one alarm can watch
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
 */
export const maxAlarmMetrics = 10;

/**
 * Adds up several metrics, each as `of` reads it; a metric without data counts as zero. An alarm takes at most
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

/** The period of alarms on what does not happen every five minutes where few calls come. */
export const fifteenMinutes = Duration.minutes(15);
