import { Aws, Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Settings } from '../../settings';

/** The namespace of the functions' own metrics: the stack's name, so that installations in one account count each for itself. */
export const namespace = Aws.STACK_NAME;

/** One of the functions' own counts: the service that counts it, and the dimension under which it does. */
export interface OwnMetric {
  readonly service: string;
  readonly name: string;
  readonly dimension?: readonly [name: string, value: string];
}

/** The metric as CloudWatch has it, summed over this period. */
export const sumOf = ({ service, name, dimension }: OwnMetric, period: Duration): Metric =>
  new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { service, ...(dimension !== undefined && { [dimension[0]]: dimension[1] }) },
    statistic: 'Sum',
    period,
  });

/** The same, but the highest of its values in the period: of what each run counts anew, a sum would grow with the runs. */
export const highestOf = (metric: OwnMetric, period: Duration): Metric =>
  sumOf(metric, period).with({ statistic: 'Maximum' });

/** Several counts added up, each as `of` takes it; what was never counted is zero. At most ten, as an alarm takes no more. */
export const total = (label: string, metrics: readonly OwnMetric[], period: Duration, of = sumOf): IMetric => {
  const [first, ...others] = metrics;
  if (first !== undefined && others.length === 0) return of(first, period);
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, of(metric, period)]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ label, expression, usingMetrics, period });
};

/** Five minutes, as most alarms count. */
export const fiveMinutes = Duration.minutes(5);

/** A quarter of an hour, for what does not happen every five minutes where few calls come. */
export const quarter = Duration.minutes(15);

/** So long that reconcile runs in it: with less its alarms would be over before its next run had a say. At least an hour. */
export const reconcilePeriod = ({ RECONCILE_MINUTES }: Settings): Duration =>
  Duration.minutes(Math.max(60, RECONCILE_MINUTES));
