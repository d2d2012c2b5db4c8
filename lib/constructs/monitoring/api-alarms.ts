import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmPlan } from './alarm-plan';
import { fiveMinutes, quarter } from './own-metrics';

/** What the API answers as a whole, and what AWS refuses before any code of ours runs. */
export const apiAlarms = (api: RestApi, refusedByAws: IMetric): AlarmPlan[] => [
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
    hurts: 'Senders get errors; callers are answered without their own voice, and ends of calls wait to be fetched.',
    noData: 'fine',
  },
  // Where few calls come, a share says nothing.
  {
    name: 'ApiErrorCount',
    section: 'ApiErrors',
    metric: api.metricServerError({ period: quarter, statistic: 'Sum' }),
    threshold: 3,
    hurts: 'Senders get errors, each of which may be a call: callers are answered without their own voice.',
    noData: 'fine',
  },
  {
    name: 'RefusedByAws',
    metric: refusedByAws,
    threshold: 20,
    hurts:
      'AWS turns requests away unread: too large (413), from an address that is not on the list (403), or too many (429). ElevenLabs repeats none but the last.',
    noData: 'fine',
  },
];
