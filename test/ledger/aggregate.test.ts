import fc from 'fast-check';
import * as z from 'zod';
import { aggregate, carryOut } from '../../lambdas/ledger/aggregate';
import { ledgerTable } from '../../lambdas/ledger/table';
import { applied, isPossible, type Test, type Transition } from '../../lambdas/platform/transition';
import { startDynamoDb } from './dynamodb-table';

const schema = z.looseObject({ pk: z.string() });
const table = startDynamoDb();
const items = () => aggregate(ledgerTable(table.client(), table.name), { kind: 'thing', schema });

const scalar = fc.oneof(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 }));
const test = fc.oneof(
  fc.constantFrom<Test>('absent', 'present'),
  scalar.map((is): Test => ({ is })),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }).map((oneOf): Test => ({ oneOf })),
  fc.integer({ min: 0, max: 3 }).chain((n) => fc.constantFrom<Test>({ above: n }, { below: n }, { atMost: n })),
);
const field = fc.constantFrom('state', 'expires_at', 'map.x', 'map.y-1');
const transition = fc.record({
  region: fc.constant('r'),
  from: fc.dictionary(field, fc.oneof(test, fc.array(test, { minLength: 1, maxLength: 2 })), {
    minKeys: 1,
    maxKeys: 3,
  }),
  to: fc.dictionary(field, fc.option(scalar, { nil: undefined }), { minKeys: 1, maxKeys: 3 }),
});
const withoutNonce = (item: unknown): unknown =>
  Object.fromEntries(Object.entries(item as object).filter(([name]) => !name.startsWith('nonce_') && name !== 'pk'));

describe('aggregate', () => {
  it('given any transitions, when they are written to DynamoDB, then the item is what they make of it in memory', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(transition, { minLength: 1, maxLength: 6 }), async (transitions) => {
        const id = `id-${(run += 1)}`;
        const begin: Transition = { region: 'r', from: { pk: 'absent' }, to: { state: 'a', map: {} } };
        let expected: unknown;
        for (const each of [begin, ...transitions]) {
          const possible = isPossible(each, expected);
          expect(await items().write(id, each)).toBe(possible);
          if (possible) expected = { ...applied(each, expected), kind: 'thing', pk: `THING#${id}` };
          expect(withoutNonce(await items().read(id))).toEqual(withoutNonce(expected));
        }
      }),
      { numRuns: 40, seed: 20261129 },
    );
  });

  it('given a job, when its transition is refused, then the job is not queued', async () => {
    const jobs: string[] = [];
    const enqueue = (job: string): Promise<void> => Promise.resolve(void jobs.push(job));
    const once: Transition<string> = {
      region: 'r',
      from: { pk: 'absent' },
      to: { state: 'a' },
      enqueue: { job: 'go', delayS: 0 },
    };

    expect([
      await carryOut(items(), 'job', once, { enqueue }),
      await carryOut(items(), 'job', once, { enqueue }),
    ]).toEqual([true, false]);
    expect(jobs).toEqual(['go']);
  });
});
