import { type CostRig, type Counts, startCostRig } from '../support/costs/cost-rig';
import { type Column, columns, installation, invocationsOf, operations } from '../support/costs/figures';
import { type Way, waysOf } from '../support/costs/ways';

let rig: CostRig;
let ways: Readonly<Record<Exclude<Column, 'reconcile'>, Way>>;

beforeAll(async () => {
  rig = await startCostRig();
  ways = waysOf(rig);
  // The first call of an installation makes what all others share.
  await ways.json.play();
});
afterAll(() => rig.close());

const kbOf = (bytes: number): number => Math.round(bytes / 1024);

/** By the rows of docs/COSTS.md. */
const rowsOf = (seen: Counts): Readonly<Record<string, number>> => ({
  'API Gateway requests': seen.apiRequests,
  'DynamoDB write units': seen.writeUnits,
  'DynamoDB read units': seen.readUnits,
  'S3 writes (PUT, POST, LIST)': seen.s3Writes,
  'S3 reads (GET, HEAD)': seen.s3Reads,
  'SQS requests': seen.sqsRequests,
  'EventBridge events': seen.busEvents,
  'Secrets Manager reads': seen.secretReads,
  'logs of the functions, KB': kbOf(seen.logBytes),
  'sent to ElevenLabs, KB': kbOf(seen.bytesToElevenLabs),
});

/** An item that is written twice within a second keeps its place in the index, which saves a unit; lines hold times. */
const tolerances: Readonly<Record<string, number>> = { 'DynamoDB write units': 2, 'logs of the functions, KB': 1 };

/** What the document says of a way, with what was seen where that is near enough. */
const documented = (column: Column, seen: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(operations).map(([row, cells]) => {
      const said = cells[columns[column]] ?? NaN;
      const was = seen[row] ?? NaN;
      return [row, Math.abs(was - said) <= (tolerances[row] ?? 0) ? was : said];
    }),
  );

const expectDocumented = (column: Column, counts: Counts): void => {
  const seen = rowsOf(counts);
  expect(seen).toEqual(documented(column, seen));
  expect(counts.invocations).toEqual(invocationsOf(column));
};

describe('the figures of docs/COSTS.md', () => {
  it.each(Object.keys(columns).filter((name): name is keyof typeof ways => name !== 'reconcile'))(
    'given a call that goes the way %s, then it makes AWS do so much',
    async (name) => {
      const { before, play } = ways[name];
      await before?.();

      expectDocumented(name, await rig.counted(play));
    },
  );

  it('given a run of reconcile where no call is under way, then it makes AWS do so much', async () => {
    await rig.expire('VOICE#', 'CONVERSATION#', 'CALLER#');

    expectDocumented('reconcile', await rig.counted(() => rig.running.stack.runSchedules()));
  });

  it('given all of that, then so many custom metrics are paid for', () => {
    expect(rig.metrics().size).toBe(installation['custom metrics, at most']);
  });
});
