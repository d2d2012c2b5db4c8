import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsSchema } from '../../lib/settings';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'SETTINGS.md'), 'utf8');

/** The source addresses of all rows of the table of regions, which a default may link to. */
const addressesOfRegions = [...page.matchAll(/^\| [^|]+\| `https:[^|]+\| `([\d., ]+)`/gm)]
  .map(([, addresses]) => addresses)
  .join(', ');

const rows = [...page.matchAll(/^\| `([A-Z_]+)`\s*\| ([^|]+?)\s*\|/gm)].map(([, name, value]) => [
  name,
  value!
    .replace("[ElevenLabs' own](#regions-and-data-residency)", addressesOfRegions)
    .replaceAll('`', '')
    .replace('none', ''),
]);

describe('the tables of settings in docs/SETTINGS.md', () => {
  it('given the code, when compared, then they have every setting once with its default, and no other', () => {
    const defaults = Object.entries(settingsSchema.parse({})).map(([name, value]) => [name, String(value)]);

    expect(rows.toSorted()).toEqual(defaults.toSorted());
  });
});

describe('the example of stages in docs/SETTINGS.md', () => {
  it('given cdk.json, when compared, then it is what stands there', () => {
    const [, example = '{}'] = /```json\n(\{\n {2}"stages".*?)```/s.exec(page) ?? [];
    const cdkJson = readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8');
    const { context } = JSON.parse(cdkJson) as { context: { stages: unknown } };

    expect(JSON.parse(example)).toEqual({ stages: context.stages });
  });
});
