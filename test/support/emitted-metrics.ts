import { asText, ofType, type Resources } from './iam';

/** A metric with all of its dimensions, as text: two of the same text are one metric to CloudWatch. */
export const metricText = (name: string, dimensions: Readonly<Record<string, string>>): string =>
  `${name} ${Object.entries(dimensions)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .toSorted()
    .join(' ')}`.trim();

interface MetricDirective {
  readonly Namespace: string;
  readonly Dimensions: string[][];
  readonly Metrics: { Name: string }[];
}

/** The local stack's metrics that CloudWatch would read from these log lines (embedded metric format). */
export const emittedIn = (lines: readonly Record<string, unknown>[]): ReadonlySet<string> => {
  const emitted = lines.flatMap((line) => {
    const { CloudWatchMetrics = [] } = (line['_aws'] ?? {}) as { CloudWatchMetrics?: MetricDirective[] };
    return CloudWatchMetrics.filter(({ Namespace }) => Namespace === 'Precall-dev').flatMap(({ Dimensions, Metrics }) =>
      Dimensions.flatMap((names) => {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
        return Metrics.map(({ Name }) => metricText(Name, dimensions));
      }),
    );
  });
  return new Set(emitted);
};

interface AlarmMetric {
  readonly Namespace?: unknown;
  readonly MetricName?: string;
  readonly Dimensions?: { Name: string; Value: unknown }[];
}

/**
 * The metrics of our namespace that each alarm watches, inside of metric math too, by the alarm's name without the
 * stack's.
 */
export const watchedIn = (resources: Resources): ReadonlyMap<string, readonly string[]> => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, properties]): [string, string[]] => {
    const math = (properties['Metrics'] ?? []) as { MetricStat?: { Metric: AlarmMetric } }[];
    const own = [properties as AlarmMetric, ...math.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])].filter(
      ({ Namespace }) => asText(Namespace) === '${AWS::StackName}',
    );
    const texts = own.map(({ MetricName = '', Dimensions = [] }) =>
      metricText(MetricName, Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, asText(Value)]))),
    );
    return [asText(properties['AlarmName']).replace(/^Precall-test-/, ''), texts];
  });
  return new Map(alarms.filter(([, texts]) => texts.length > 0));
};

/** A line of the access log as API Gateway writes it; of what it does not know it says `-`. */
export const accessLogLine = (format: string, known: Readonly<Record<string, string>>): Record<string, unknown> =>
  JSON.parse(format.replaceAll(/\$context\.([\w.]+)/g, (_whole, name: string) => known[name] ?? '-')) as Record<
    string,
    unknown
  >;

/**
 * Whether a line of JSON fits a filter pattern of CloudWatch Logs; of those it knows `=` of texts, `&&`, `||` and
 * parentheses.
 */
export const fitsPattern = (pattern: string, line: Readonly<Record<string, unknown>>): boolean => {
  const condition = /^\{(.*)\}$/.exec(pattern.trim())?.[1] ?? '';
  const judged = condition.replaceAll(/\$\.(\w+)\s*=\s*"([^"]*)"/g, (_whole, field: string, value: string) =>
    String(line[field] === value),
  );
  return isTrue(judged.replaceAll(/\s/g, ''));
};

const isTrue = (expression: string): boolean => {
  const simpler = expression
    .replaceAll(/\((true|false)\)/g, '$1')
    .replaceAll(/(true|false)&&(true|false)/g, (_whole, one, other) => String(one === 'true' && other === 'true'))
    .replaceAll(/(?<!&&)(true|false)\|\|(true|false)(?!&&)/g, (_whole, one, other) =>
      String(one === 'true' || other === 'true'),
    );
  if (simpler === 'true' || simpler === 'false') return simpler === 'true';
  if (simpler === expression) throw new Error(`Not a condition: ${expression}`);
  return isTrue(simpler);
};
