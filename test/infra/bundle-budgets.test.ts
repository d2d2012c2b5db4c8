import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleOf } from '../../lib/bundles';

/**
 * The most bytes that a function may read and evaluate when it starts. A larger file needs a reason: what is rarely
 * used can be loaded when needed (see lib/bundle-functions.ts).
 */
const budgets: Readonly<Record<string, number>> = {
  'clone-worker': 760_000,
  enrolment: 770_000,
  erasure: 860_000,
  'erasure-request': 760_000,
  'erasure-status': 600_000,
  health: 600_000,
  initiation: 590_000,
  postcall: 920_000,
  'postcall-intake': 560_000,
  precall: 900_000,
  reconcile: 660_000,
  'setup-check': 440_000,
  threecx: 600_000,
  uploads: 530_000,
  'voice-deletion': 760_000,
  'voice-expiry': 520_000,
  withdrawal: 750_000,
};

const metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })),
      entryPoint: z.string().optional(),
    }),
  ),
});

describe('the budget of a bundle', () => {
  it.each(Object.entries(budgets))('given %s, when bundled, then it has at most %d bytes', (folder, most) => {
    expect(statSync(join(bundleOf(folder), 'index.js')).size).toBeLessThanOrEqual(most);
  });

  it('given all bundles, then each function has a budget, and none contains what no function uses', () => {
    const { outputs } = metafile.parse(
      JSON.parse(readFileSync(join(bundleOf('precall'), '..', 'metafile.json'), 'utf8')),
    );
    const bundles = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
    const inputs = bundles.flatMap(([, each]) => Object.keys(each.inputs));

    expect(bundles.map(([file]) => file.split('/')[1]).sort()).toEqual(Object.keys(budgets).sort());
    expect(inputs.filter((file) => /zod\/v4\/locales\/(?!en\.js|index\.js)/.test(file))).toEqual([]);
    expect(inputs.filter((file) => /@aws-sdk\/nested-clients|music-metadata/.test(file))).toEqual([]);
  });
});
