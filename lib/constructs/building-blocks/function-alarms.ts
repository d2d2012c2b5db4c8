import type { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { AlarmPlan } from '../monitoring/impact-alarm';
import { fifteenMinutes, fiveMinutes } from '../monitoring/metrics';

/** What a function's alarms need to know about it. */
export interface WatchedFunction {
  /** Who is affected when the function fails, and how, in one sentence. */
  readonly impact: string;
  readonly timeout: Duration;
  /** An alarm goes off when the slowest percent of runs takes this long. @default 80 % of the timeout */
  readonly slowAfter?: Duration;
  /**
   * Whether slow runs raise an alarm. Workers are monitored by the age of their jobs instead. @default scheduled ones
   */
  readonly isTimed?: boolean;
  /** Time between two runs of a scheduled function. Its alarms look back this far, and one failed run is enough. */
  readonly runsEvery?: Duration;
  /** Whether errors stop a gradual deployment, so that their alarm is always deployed. @default false */
  readonly endsDeployments?: boolean;
}

/** The alarm goes off when this percentage of runs fails. */
const errorPercent = 5;

const slowShareOfTimeout = 0.8;

const failureRate = (handler: IFunction, period: Duration): MathExpression =>
  new MathExpression({
    label: 'failed runs, %',
    expression: 'IF(runs > 0, 100 * errors / runs, 0)',
    usingMetrics: {
      errors: handler.metricErrors({ period }),
      runs: handler.metricInvocations({ period }),
    },
    period,
  });

/**
 * Returns the alarms of a function: errors, and slow runs if they matter. The account's alarms cover throttles of all
 * functions.
 */
export const functionAlarms = (
  name: string,
  handler: IFunction,
  watched: WatchedFunction,
): [AlarmPlan, ...AlarmPlan[]] => {
  const { impact, runsEvery, isTimed = runsEvery !== undefined, endsDeployments = false } = watched;
  return [
    {
      name: `${name}Errors`,
      section: 'FunctionErrors',
      // Most invocations of a scheduled function only find that no run is due.
      ...(runsEvery === undefined
        ? { metric: failureRate(handler, fiveMinutes), threshold: errorPercent }
        : { metric: handler.metricErrors({ period: runsEvery }), threshold: 1 }),
      isEssential: endsDeployments,
      impact,
      missingData: 'ok',
    },
    ...(isTimed ? [slowness(name, handler, watched)] : []),
  ];
};

const slowness = (name: string, handler: IFunction, { impact, timeout, slowAfter, runsEvery }: WatchedFunction) =>
  ({
    name: `${name}Slow`,
    section: 'FunctionSlow',
    metric:
      runsEvery === undefined
        ? handler.metricDuration({ period: fifteenMinutes, statistic: 'p99' })
        : handler.metricDuration({ period: runsEvery, statistic: 'Maximum' }),
    threshold: slowAfter?.toMilliseconds() ?? slowShareOfTimeout * timeout.toMilliseconds(),
    impact: `It takes most of the time that it has. ${impact}`,
    missingData: 'ok',
  }) satisfies AlarmPlan;
