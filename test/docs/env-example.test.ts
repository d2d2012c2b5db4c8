import { readFileSync } from 'node:fs';
import { envExample, envExampleFile } from '../../scripts/env-example';

describe('.env.example', () => {
  it('given the settings and what the documents say of them, when compared, then it is up to date', () => {
    expect(readFileSync(envExampleFile, 'utf8')).toBe(envExample());
  });

  it('given each setting in it, then the documents say what it means', () => {
    const unexplained = [...envExample().matchAll(/^#\n#([A-Z_]+)=/gm)].map(([, name]) => name);

    expect(unexplained).toEqual([]);
  });
});
