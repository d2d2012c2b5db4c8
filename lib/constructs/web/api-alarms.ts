import type { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmPlan } from '../monitoring/impact-alarm';
import { fifteenMinutes, fiveMinutes, sumOf } from '../monitoring/metrics';

/** Counts 5xx responses, except those for secrets that were never filled, which any stranger can cause. */
const serverErrors = (api: RestApi, period: Duration): Readonly<Record<string, IMetric>> => ({
  errors: api.metricServerError({ period, statistic: 'Sum' }),
  unfilled: sumOf({ service: 'api', name: 'RequestsRefused', dimension: ['Reason', 'not_filled'] }, period),
});

/** Returns the alarms on the API's responses as a whole. */
export const apiAlarms = (api: RestApi): AlarmPlan[] => [
  {
    name: 'ApiErrors',
    metric: new MathExpression({
      label: 'answers with 5xx, %',
      expression: 'IF(requests > 10, 100 * (errors - FILL(unfilled, 0)) / requests, 0)',
      usingMetrics: { ...serverErrors(api, fiveMinutes), requests: api.metricCount({ period: fiveMinutes }) },
      period: fiveMinutes,
    }),
    threshold: 5,
    periods: 2,
    impact:
      'Senders get errors: callers are answered without their own voice, and reconcile has to fetch the ends of calls.',
    missingData: 'ok',
  },
  // With few calls, a percentage is meaningless.
  {
    name: 'ApiErrorCount',
    section: 'ApiErrors',
    metric: new MathExpression({
      label: 'answers with 5xx',
      expression: 'errors - FILL(unfilled, 0)',
      usingMetrics: serverErrors(api, fifteenMinutes),
      period: fifteenMinutes,
    }),
    threshold: 3,
    impact: 'Senders get errors. Each may be a call, whose caller is answered without their own voice.',
    missingData: 'ok',
  },
];
