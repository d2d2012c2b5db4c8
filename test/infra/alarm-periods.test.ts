import { asText, ofType, type Resources, synthesizedResources } from '../support/iam';

interface Stat {
  readonly Period: number;
  readonly Stat: string;
}

interface Alarm {
  readonly name: string;
  readonly threshold: number;
  readonly evaluations: number;
  readonly missing: unknown;
  /** Of each metric that it looks at. */
  readonly stats: readonly Stat[];
  /** All of it as text. */
  readonly text: string;
}

const hour = 3600;
const day = 24 * hour;

const alarmsOf = (resources: Resources): Alarm[] =>
  ofType(resources, 'AWS::CloudWatch::Alarm').map(([, properties]) => {
    const { Metrics = [], Period, Statistic, ExtendedStatistic } = properties;
    const math = (Metrics as { MetricStat?: Stat }[]).flatMap(({ MetricStat }) => MetricStat ?? []);
    const alone = { Period: Number(Period), Stat: String(Statistic ?? ExtendedStatistic) };
    return {
      name: asText(properties['AlarmName']).replace(/^Precall-test-/, ''),
      threshold: Number(properties['Threshold']),
      evaluations: Number(properties['EvaluationPeriods']),
      missing: properties['TreatMissingData'],
      stats: Period === undefined ? math : [alone],
      text: JSON.stringify(properties),
    };
  });

const resources = synthesizedResources();
const alarms = alarmsOf(resources);
const named = (name: string, all = alarms): Alarm => all.find((alarm) => alarm.name === name)!;
const hurried = alarmsOf(synthesizedResources({ RECONCILE_MINUTES: '5', ALARM_QUIET_HOURS: '1' }));
const slow = alarmsOf(synthesizedResources({ RECONCILE_MINUTES: '1440', ALARM_QUIET_HOURS: '24' }));
const odd = alarmsOf(synthesizedResources({ RECONCILE_MINUTES: '61', ALARM_QUIET_HOURS: '23' }));

describe('what alarms look back on', () => {
  it.each([
    ['the defaults', alarms],
    ['the least', hurried],
    ['the most', slow],
    ['odd minutes', odd],
  ])('given the settings with %s, then no alarm looks back further than CloudWatch does', (_which, all) => {
    expect(all.length).toBeGreaterThan(60);
    for (const { name, stats, evaluations } of all) {
      expect([name, stats.length]).not.toEqual([name, 0]);
      for (const { Period } of stats) {
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        expect([name, Period % 60]).toEqual([name, 0]);
        expect(Period * evaluations).toBeLessThanOrEqual(Period < hour ? day : 7 * day);
      }
    }
  });

  it.each([
    ['the defaults', alarms, hour],
    ['a run every five minutes', hurried, hour],
    ['a run every 61 minutes', odd, 61 * 60],
    ['a run a day', slow, day],
  ])('given %s, then what reconcile counts is looked at from one run to the next', (_which, all, periodS) => {
    const ofReconcile = all.filter(({ text }) => /"(ReconcileFunction|reconcile)"/.test(text));
    const shared = ['ElevenLabsAccessDenied', 'ReconcileStopped'];
    const own = ofReconcile.filter(({ name }) => !shared.includes(name));

    expect(own.map(({ name }) => name).toSorted()).toEqual([
      'MissedCalls',
      'ReconcileErrors',
      'ReconcileFindings',
      'ReconcileSlow',
      'VoiceEditsNearlyUsedUp',
      'VoiceSlotsNearlyUsedUp',
    ]);
    for (const { name, stats, evaluations } of own)
      expect([name, [...new Set(stats.map(({ Period }) => Period))], evaluations]).toEqual([name, [periodS], 1]);
  });

  it('given findings that each run counts again, then it is the most of a run that counts, and of missed calls the sum', () => {
    expect(named('ReconcileFindings').stats.map(({ Stat }) => Stat)).toEqual(Array(5).fill('Maximum'));
    expect(named('MissedCalls').stats.map(({ Stat }) => Stat)).toEqual(['Sum']);
  });

  it('given that most invocations only find that no run is due, then one failed or slow run is enough', () => {
    for (const all of [alarms, hurried, slow, odd]) {
      expect(named('ReconcileErrors', all)).toMatchObject({ threshold: 1, stats: [{ Stat: 'Sum' }] });
      expect(named('ReconcileSlow', all)).toMatchObject({ threshold: 480_000, stats: [{ Stat: 'Maximum' }] });
    }
  });

  it('given few calls, then one slow run of a quarter of an hour is enough, and of an initiation one second', () => {
    const slowness = alarms.filter(({ name }) => name.endsWith('Slow') && name !== 'ReconcileSlow');

    expect(slowness.length).toBeGreaterThan(4);
    for (const { stats, evaluations } of slowness)
      expect([stats, evaluations]).toEqual([[{ Period: 900, Stat: 'p99' }], 1]);
    expect(named('InitiationSlow').threshold).toBe(1_000);
    expect(named('ReconcileSlow').threshold).toBe(480_000);
  });

  it('given few calls, then three faults in a quarter of an hour are enough', () => {
    for (const name of ['ApiErrorCount', 'InitiationFaults']) {
      expect(named(name)).toMatchObject({ threshold: 3, evaluations: 1 });
      for (const each of named(name).stats) expect(each).toMatchObject({ Period: 900, Stat: 'Sum' });
    }
  });
});

describe('how old jobs may be', () => {
  const queues = ['VoiceDeletions', 'PostCalls', 'Clones', 'Erasures'];

  it.each(queues)('given %s, then a job that is tried in vain is an alarm before its last try', (queue) => {
    const tried = named(`${queue}JobAge`);
    const lastTryMin = [1, 5, 20, 60, ...Array<number>(7).fill(120)].reduce((sum, pause) => sum + pause, 0);

    expect(tried.threshold).toBeLessThan(60_000 * lastTryMin);
    expect(tried.missing).toBe('notBreaching');
    // Two hours lie between its last tries: with less the alarm would come and go.
    expect(tried.stats).toEqual([{ Period: 3 * hour, Stat: 'Maximum' }]);
  });
});

describe('a reconcile that does not run', () => {
  it.each([
    ['the defaults', alarms],
    ['a run every five minutes', hurried],
    ['a run every 61 minutes', odd],
    ['a run a day', slow],
  ])('given %s, then a schedule that invoked nothing for a quarter of an hour is an alarm', (_which, all) => {
    const { stats, evaluations, missing } = named('ReconcileStopped', all);

    expect((stats[0]!.Period * evaluations) / 60).toBe(15);
    expect([stats[0]!.Stat, missing]).toEqual(['Sum', 'breaching']);
  });
});

describe('the dashboard', () => {
  const [[, { DashboardName, DashboardBody }]] = ofType(resources, 'AWS::CloudWatch::Dashboard') as [
    [string, Record<string, unknown>],
  ];
  const body = JSON.parse(asText(DashboardBody)) as {
    periodOverride: string;
    widgets: { properties: { view: string; title: string; metrics: unknown[][] } }[];
  };

  it('given an account with one list of dashboards, then its name says of which stack and region it is', () => {
    expect(asText(DashboardName)).toBe('Precall-test-${AWS::Region}');
  });

  it('given numbers of a day, then the period of a day is theirs, and they say which day', () => {
    const numbers = body.widgets.filter(({ properties }) => properties.view === 'singleValue');

    expect(body.periodOverride).toBe('inherit');
    expect(numbers).toHaveLength(3);
    for (const { properties } of numbers) {
      expect(properties).toMatchObject({ title: expect.stringMatching(/, UTC day$/), start: '-P1D' });
      const settings = properties.metrics.map((metric) => metric.at(-1) as { period?: number });
      expect(settings.map(({ period }) => period)).toEqual(settings.map(() => day));
    }
  });

  it('given its texts, then they are ASCII, as CloudFormation gives anything else back as question marks', () => {
    expect(asText(DashboardBody)).toMatch(/^[\x20-\x7e]+$/);
  });
});
