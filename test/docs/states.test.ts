import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statesFile, statesPage } from '../../scripts/diagrams';
import { arrowsOf } from '../../scripts/diagrams/derive';
import { machines } from '../../scripts/diagrams/machines';

const root = join(__dirname, '..', '..');
const page = statesPage();

/** The states that a module's schemas name. */
const statesIn = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/state: z\.literal\('(\w+)'\)/g)].map(([, state]) => state!);

describe('docs/STATES.md', () => {
  it('given the modules with state machines, when compared, then it is what "npm run diagrams" makes of them', () => {
    expect(readFileSync(statesFile, 'utf8')).toBe(page);
  });

  it.each([
    ['A conversation', 'lambdas/voices/conversation.ts'],
    ['A voice', 'lambdas/voices/voice.ts'],
  ])('given the states of %s in the code, then each has an example, and an arrow that leads to it', (title, file) => {
    const machine = machines.find((each) => each.title === title)!;
    const reached = new Set(arrowsOf(machine).map(({ to }) => to));

    expect(Object.keys(machine.examples).sort()).toEqual(['(none)', ...new Set(statesIn(file))].sort());
    expect([...reached].filter((state) => state !== '(none)').sort()).toEqual([...new Set(statesIn(file))].sort());
  });

  it.each(['lambdas/three-cx/three-cx-call.ts', 'lambdas/callers/erasure/erasure.ts'])(
    'given the states in %s, then its drawing has each',
    (file) => {
      const before = page.slice(0, page.indexOf(`Source: \`${file}\``));
      const section = before.slice(before.lastIndexOf('\n## '));

      expect(statesIn(file).filter((state) => !new RegExp(`\\b${state}\\b`).test(section))).toEqual([]);
    },
  );

  it('given a deleted voice, then no arrow leads out of it', () => {
    expect(arrowsOf(machines[1]!).filter(({ from }) => from === 'deleted')).toEqual([]);
  });
});
