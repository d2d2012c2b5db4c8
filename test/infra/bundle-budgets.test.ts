import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleOf } from '../../lib/bundles';

/**
 * The most bytes that a function may read and evaluate when it starts. A larger file needs a reason: what is rarely
 * used can be loaded when needed (see lib/bundle-functions.ts).
 */
const budgets: Readonly<Record<string, number>> = {
  'clone-worker': 690_000,
  enrolment: 700_000,
  erasure: 780_000,
  'erasure-request': 680_000,
  'erasure-status': 530_000,
  health: 530_000,
  initiation: 560_000,
  postcall: 850_000,
  'postcall-intake': 500_000,
  precall: 830_000,
  reconcile: 590_000,
  'setup-check': 420_000,
  threecx: 580_000,
  uploads: 470_000,
  'voice-deletion': 690_000,
  'voice-expiry': 490_000,
  withdrawal: 680_000,
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

  it.each(Object.keys(budgets))('given %s, when bundled, then no import() makes it load all of node:http', (folder) => {
    expect(readFileSync(join(bundleOf(folder), 'index.js'), 'utf8')).not.toMatch(/\bimport\(/);
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
