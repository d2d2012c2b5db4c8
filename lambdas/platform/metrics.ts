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
  return {
    count: (metric, value = 1) => metrics.addMetric(metric, MetricUnit.Count, value),
    durationMs: (metric, value) => metrics.addMetric(metric, MetricUnit.Milliseconds, value),
    countBy: (metric, dimension, value, count = 1) => {
      const single = metrics.singleMetric();
      single.addDimension(dimension, value);
      single.addMetric(metric, MetricUnit.Count, count);
    },
    durationBy: (metric, dimension, value, durationMs) => {
      const single = metrics.singleMetric();
      single.addDimension(dimension, value);
      single.addMetric(metric, MetricUnit.Milliseconds, durationMs);
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
