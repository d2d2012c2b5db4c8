import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Records counts and times in CloudWatch's embedded metric format. Dimensions contain codes only. */
export interface Meter {
  count(metric: string, value?: number): void;
  durationMs(metric: string, value: number): void;
  /** Counts with one additional dimension, such as a code. */
  countBy(metric: string, dimension: string, value: string, count?: number): void;
  /** Records a duration in milliseconds with one additional dimension. */
  durationBy(metric: string, dimension: string, value: string, durationMs: number): void;
  /** Writes the metrics that were recorded during the event. */
  flush(): void;
}

/** Creates the metrics of one function, in the installation's namespace (POWERTOOLS_METRICS_NAMESPACE). */
export const createMeter = (service: string): Meter => {
  const metrics = new Metrics({ serviceName: service });
  // It writes each metric at once, and forgets its dimensions. `singleMetric()` would make a new one with each call.
  const single = new Metrics({ serviceName: service, singleMetric: true });
  return {
    count: (metric, value = 1) => metrics.addMetric(metric, MetricUnit.Count, value),
    durationMs: (metric, value) => metrics.addMetric(metric, MetricUnit.Milliseconds, value),
    countBy: (metric, dimension, value, count = 1) => {
      single.addDimension(dimension, value);
      single.addMetric(metric, MetricUnit.Count, count);
    },
    durationBy: (metric, dimension, value, durationMs) => {
      single.addDimension(dimension, value);
      single.addMetric(metric, MetricUnit.Milliseconds, durationMs);
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
