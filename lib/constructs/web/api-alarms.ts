import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmPlan } from '../monitoring/impact-alarm';
import { fifteenMinutes, fiveMinutes } from '../monitoring/metrics';

/** What the API answers as a whole. */
export const apiAlarms = (api: RestApi): AlarmPlan[] => [
  {
    name: 'ApiErrors',
    metric: new MathExpression({
      label: 'answers with 5xx, %',
      expression: 'IF(requests > 10, 100 * errors / requests, 0)',
      usingMetrics: {
        errors: api.metricServerError({ period: fiveMinutes }),
        requests: api.metricCount({ period: fiveMinutes }),
      },
      period: fiveMinutes,
    }),
    threshold: 5,
    periods: 2,
    impact:
      'Senders get errors: callers are answered without their own voice, and reconcile has to fetch the ends of calls.',
    missingData: 'ok',
  },
  // Where few calls come, a percentage says nothing.
  {
    name: 'ApiErrorCount',
    section: 'ApiErrors',
    metric: api.metricServerError({ period: fifteenMinutes, statistic: 'Sum' }),
    threshold: 3,
    impact: 'Senders get errors. Each may be a call, whose caller is answered without their own voice.',
    missingData: 'ok',
  },
];
