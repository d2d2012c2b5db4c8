import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsSchema } from '../../lib/settings';

const deployment = readFileSync(join(__dirname, '..', '..', 'docs', 'DEPLOYMENT.md'), 'utf8');
const rows = [...deployment.matchAll(/^\| `([A-Z_]+)`\s*\| ([^|]+?)\s*\|/gm)].map(([, name, value]) => [
  name,
  value!.replaceAll('`', '').replace('none', ''),
]);

describe('the table of settings in docs/DEPLOYMENT.md', () => {
  it('given the code, when compared, then it has every setting with its default, and no other', () => {
    const defaults = Object.entries(settingsSchema.parse({})).map(([name, value]) => [name, String(value)]);

    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(defaults));
  });
});

describe('the example of stages in docs/DEPLOYMENT.md', () => {
  it('given cdk.json, when compared, then it is what stands there', () => {
    const [, example = '{}'] = /```json\n(\{\n {2}"stages".*?)```/s.exec(deployment) ?? [];
    const cdkJson = readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8');
    const { context } = JSON.parse(cdkJson) as { context: { stages: unknown } };

    expect(JSON.parse(example)).toEqual({ stages: context.stages });
  });
});
