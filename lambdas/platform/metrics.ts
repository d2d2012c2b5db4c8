import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Counts and times in CloudWatch, in the embedded metric format. Dimensions hold codes only. */
export interface Meter {
  count(metric: string, value?: number): void;
  durationMs(metric: string, value: number): void;
  /** Counts under one more dimension, such as a code. */
  countBy(metric: string, dimension: string, value: string, count?: number): void;
  /** Records a time under one more dimension, in milliseconds. */
  durationBy(metric: string, dimension: string, value: string, durationMs: number): void;
  /** Writes what was recorded during the event. */
  flush(): void;
}

/** The metrics of one function, in the installation's namespace (POWERTOOLS_METRICS_NAMESPACE). */
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
