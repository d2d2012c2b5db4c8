import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { settingsSchema } from '../../lib/settings';
import { kept, monthHours } from '../../scripts/costs/assumptions';
import { counted, installation, memoryMb } from '../../scripts/costs/counted';
import { breakEvenCalls, costsOfCalls } from '../../scripts/costs/money';
import { costOf, prices } from '../../scripts/costs/prices';
import { withTables } from '../../scripts/costs/tables';
import { itemBytes, queryUnits, readUnits, writeUnits } from '../support/costs/ledger-units';
import { asText, ofType, synthesizedResources } from '../support/iam';

const file = join(__dirname, '..', '..', 'docs', 'COSTS.md');
const document = readFileSync(file, 'utf8');
const resources = synthesizedResources({ WAF_ENABLED: 'true' });

describe('docs/COSTS.md', () => {
  it('given counts and prices, when its tables are made anew, then they are as they stand (else: npm run costs)', async () => {
    const style = await resolveConfig(file);

    expect(await format(withTables(document), { ...style, parser: 'markdown' })).toBe(document);
  });

  it('given a document without a place for a table, then that is said', () => {
    expect(() => withTables(document.replace('<!-- money:', '<!-- other:'))).toThrow('no place for the table money');
  });

  it('given how many calls cost as much as the installation, then the text is right about it', () => {
    const [, said = ''] = /Up to some ([\d,]+) calls a month/.exec(document) ?? [];
    const calls = breakEvenCalls(counted.json, 1_000_000);

    expect(Math.abs(Number(said.replaceAll(',', '')) / calls - 1)).toBeLessThan(0.25);
  });
});

describe('what costs are reckoned with', () => {
  it('given the template, then functions have that memory, and every one that calls run is reckoned with', () => {
    const ofTemplate = Object.fromEntries(
      ofType(resources, 'AWS::Lambda::Function').map(([id, { MemorySize }]) => [
        id.replace(/Function$/, ''),
        MemorySize,
      ]),
    );

    expect(ofTemplate).toMatchObject(memoryMb);
    for (const { invocations } of Object.values(counted))
      expect(Object.keys(memoryMb)).toEqual(expect.arrayContaining(Object.keys(invocations)));
  });

  it('given the template, then it has so much that is paid for without a call', () => {
    const metricsOf = ({ Metrics = [{ MetricStat: {} }] }: Record<string, unknown>): number =>
      (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined).length;
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, properties]) => metricsOf(properties));
    const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, each]) =>
      asText(each['EventSourceArn']),
    );
    const [[, acl]] = ofType(resources, 'AWS::WAFv2::WebACL') as [[string, { Rules: unknown[] }]];

    expect(installation).toMatchObject({
      alarmMetrics: alarms.reduce((sum, each) => sum + each, 0),
      dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').length,
      secrets: ofType(resources, 'AWS::SecretsManager::Secret').length,
      polledQueues: sources.filter((arn) => arn.endsWith('.Arn}')).length,
      firewallRules: acl.Rules.length,
    });
  });

  it('given the settings, then things are kept as long by default', () => {
    const days = settingsSchema.parse({});
    const months = (each: number): number => Math.round(each / 30.4);

    expect(kept).toMatchObject({
      rawEvent: { months: months(days.RAW_EVENT_RETENTION_DAYS) },
      transcripts: { months: months(days.TRANSCRIPT_RETENTION_DAYS) },
      record: { months: months(days.TRANSCRIPT_RETENTION_DAYS) },
      recording: { months: months(days.RECORDING_RETENTION_DAYS) },
    });
    expect(months(days.LOG_RETENTION_DAYS)).toBe(1);
    expect((monthHours * 60) / days.RECONCILE_MINUTES).toBe(730);
  });

  it('given a function that nobody has said anything of, then no cost is made up', () => {
    const unknown = { ...counted.json, invocations: { NewFunction: 1 } };

    expect(() => costsOfCalls(unknown, 1_000)).toThrow('NewFunction: say its memory');
  });

  it('given a price, then it counts for as many as it is for', () => {
    expect(costOf('s3Write', 2_000)).toBeCloseTo(2 * prices.s3Write.usd);
    expect(costOf('apiRequest', 1_000_000)).toBeCloseTo(prices.apiRequest.usd);
  });
});

describe('units of the ledger', () => {
  const item = (bytes: number, more: object = {}) => ({ pk: { S: 'x'.repeat(bytes - 2) }, ...more });
  const inIndex = (bytes: number, expires: string) => item(bytes, { kind: { S: 'k' }, expires_at: { N: expires } });

  it('given an item, then it is as large as DynamoDB takes it to be', () => {
    const large = { a: { S: 'é' }, n: { N: '-12.345' }, m: { M: { b: { BOOL: true } } }, l: { L: [{ NULL: true }] } };

    expect(itemBytes(large)).toBe(1 + 2 + (1 + 4) + (1 + 3 + 3) + (1 + 3 + 2));
  });

  it.each([
    ['a new item outside of the index', undefined, item(900), 1],
    ['one of more than a kilobyte', undefined, item(1_025), 2],
    ['a new item in the index', undefined, inIndex(900, '1'), 2],
    ['a change that keeps the expiry', inIndex(900, '1'), inIndex(901, '1'), 2],
    ['a change of the expiry', inIndex(900, '1'), inIndex(900, '2'), 3],
    ['an item that leaves the index', inIndex(900, '1'), item(900), 2],
    ['a condition that failed', inIndex(900, '1'), inIndex(900, '1'), 1],
  ])('given %s, then it costs so many write units', (_given, before, after, units) => {
    expect(writeUnits(before, after)).toBe(units);
  });

  it('given reads, then four kilobytes are a unit, and half of one in the index', () => {
    expect([readUnits(undefined), readUnits(item(4_096)), readUnits(item(4_097))]).toEqual([1, 1, 2]);
    expect([queryUnits([]), queryUnits([item(3_000), item(3_000)])]).toEqual([0.5, 1]);
  });
});
