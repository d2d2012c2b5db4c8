import { settingsSchema } from '../../lib/settings';
import { functions, idle, installation } from '../support/costs/figures';
import { itemBytes, readUnits, writeUnits } from '../support/costs/ledger-units';
import { reconcileIn } from '../support/costs/reconcile';
import { asText, ofType, type Resources, synthesizedResources } from '../support/iam';
import { synthesized } from '../support/templates';

const resources = synthesizedResources({ WAF_ENABLED: 'true' });

describe('docs/COSTS.md', () => {
  it('given the template, then functions have the memory that the table says', () => {
    const ofTemplate = Object.fromEntries(
      ofType(resources, 'AWS::Lambda::Function').map(([id, { MemorySize }]) => [
        id.replace(/Function$/, ''),
        MemorySize,
      ]),
    );

    expect(ofTemplate).toMatchObject(Object.fromEntries(Object.entries(functions).map(([name, { MB }]) => [name, MB])));
  });

  it('given the template, then it has what is paid for without a call', () => {
    const metricsOf = ({ Metrics = [{ MetricStat: {} }] }: Record<string, unknown>): number =>
      (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined).length;
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, properties]) => metricsOf(properties));
    const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, each]) =>
      asText(each['EventSourceArn']),
    );
    const [[, acl]] = ofType(resources, 'AWS::WAFv2::WebACL') as [[string, { Rules: unknown[] }]];
    const { RECONCILE_MINUTES } = settingsSchema.parse({});

    expect(installation).toEqual({
      'metrics that alarms look at': alarms.reduce((sum, each) => sum + each, 0),
      // test/e2e/costs.deep.test.ts counts them.
      'custom metrics, at most': expect.any(Number),
      dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').length,
      secrets: ofType(resources, 'AWS::SecretsManager::Secret').length,
      'queues that Lambda polls': sources.filter((arn) => arn.endsWith('.Arn}')).length,
      'rules of the firewall (WAF_ENABLED)': acl.Rules.length,
      'runs of reconcile in a month (730 hours)': (730 * 60) / RECONCILE_MINUTES,
    });
  });
});

describe('an idle stage', () => {
  const hours = 730;

  /** What Lambda asks of each queue while it is empty: five connections that each wait for 20 seconds. */
  const pollsPerQueue = (5 * hours * 3600) / 20;

  const metricsOf = ({ Metrics = [{ MetricStat: {} }] }: Record<string, unknown>): number =>
    (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined).length;

  const countsOf = (stage: string): Readonly<Record<string, number>> => {
    const all = synthesized({ settings: {}, stage }).template['Resources'] as Resources;
    const queues = ofType(all, 'AWS::Lambda::EventSourceMapping').filter(([, { EventSourceArn }]) =>
      asText(EventSourceArn).endsWith('.Arn}'),
    );
    const { everyHours, checks } = reconcileIn(all);
    return {
      'metrics that alarms look at': ofType(all, 'AWS::CloudWatch::Alarm').reduce(
        (sum, [, p]) => sum + metricsOf(p),
        0,
      ),
      dashboards: ofType(all, 'AWS::CloudWatch::Dashboard').length,
      secrets: ofType(all, 'AWS::SecretsManager::Secret').length,
      'SQS requests of Lambda, in millions': (queues.length * pollsPerQueue) / 1e6,
      // VoicesAlive, VoiceSlotsUsedPercent and VoiceEditsUsedPercent, each paid for in hours with a value.
      'custom metrics of reconcile, a month': 3 / everyHours,
      'invocations of reconcile, in thousands': checks / 1000,
    };
  };

  it.each([
    ['dev', 5],
    ['prod', 20],
  ])('given %s, then the table has its numbers, and it costs at most %d US dollars a month', (stage, most) => {
    const { '**a month in US dollars**': sum, ...rows } = idle;
    const counted = countsOf(stage);
    const costs = Object.entries(counted).map(([name, count]) => count * (rows[name]?.['price in US dollars'] ?? NaN));
    const total = costs.reduce((whole, each) => whole + each, 0);

    for (const [name, count] of Object.entries(counted))
      expect([name, rows[name]?.[stage]]).toEqual([name, round(count)]);
    expect(Object.keys(counted)).toEqual(Object.keys(rows));
    expect(sum?.[stage]).toBe(round(total));
    expect(total).toBeLessThanOrEqual(most);
  });

  const round = (value: number): number => Number(value.toFixed(2));
});

describe('units of the ledger', () => {
  const item = (bytes: number, more: object = {}) => ({ pk: { S: 'p' }, x: { S: 'x'.repeat(bytes - 4) }, ...more });
  const inIndex = (bytes: number, expires: string, more: object = {}) =>
    item(bytes, { kind: { S: 'k' }, expires_at: { N: expires }, ...more });
  const state = (name: string) => ({ state: { S: name } });

  it('given an item, then it is as large as DynamoDB takes it to be', () => {
    const large = { a: { S: 'é' }, n: { N: '-12.345' }, m: { M: { b: { BOOL: true } } }, l: { L: [{ NULL: true }] } };

    expect(itemBytes(large)).toBe(1 + 2 + (1 + 4) + (1 + 3 + 3) + (1 + 3 + 2));
  });

  it.each([
    ['a new item outside of the index', undefined, item(900), 1],
    ['one of more than a kilobyte', undefined, item(1_025), 2],
    ['a new item in the index', undefined, inIndex(900, '1'), 2],
    ['a large one, of which the index has little', undefined, inIndex(2_000, '1'), 3],
    ['a change of what the index does not have', inIndex(900, '1'), inIndex(901, '1'), 1],
    ['a change of what it has', inIndex(900, '1', state('live')), inIndex(900, '1', state('deleted')), 2],
    ['a change of the expiry', inIndex(900, '1'), inIndex(900, '2'), 3],
    ['a change of both', inIndex(900, '1', state('live')), inIndex(900, '2', state('deleted')), 3],
    ['an item that leaves the index', inIndex(900, '1'), item(900), 2],
    ['a condition that failed', inIndex(900, '1'), inIndex(900, '1'), 1],
  ])('given %s, then it costs so many write units', (_given, before, after, units) => {
    expect(writeUnits(before, after)).toBe(units);
  });

  it('given reads, then four kilobytes are a unit', () => {
    expect([readUnits(undefined), readUnits(item(4_096)), readUnits(item(4_097))]).toEqual([1, 1, 2]);
  });
});
