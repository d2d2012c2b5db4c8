import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statesFile, statesPage } from '../../scripts/diagrams';
import { arrowsOf } from '../../scripts/diagrams/derive';
import { machines } from '../../scripts/diagrams/machines';
import {
  agentMeanings,
  conversationMeanings,
  erasureMeanings,
  threeCxMeanings,
  voiceMeanings,
} from '../../scripts/diagrams/meanings';

const root = join(__dirname, '..', '..');
const page = statesPage();

/** The states that a module's schemas name. */
const statesIn = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/state: z\.literal\('(\w+)'\)/g)].map(([, state]) => state!);

/** A module's section of the page, without the table of meanings. */
const drawingOf = (file: string): string => {
  const before = page.slice(0, page.indexOf(`Source: \`${file}\``));
  return before.slice(before.lastIndexOf('\n## ')).replace(/^\|.*$/gm, '');
};

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
      expect(statesIn(file).filter((state) => !new RegExp(`\\b${state}\\b`).test(drawingOf(file)))).toEqual([]);
    },
  );

  it.each([
    ['lambdas/voices/conversation.ts', conversationMeanings],
    ['lambdas/voices/voice.ts', voiceMeanings],
    ['lambdas/voices/agent-changes.ts', agentMeanings],
    ['lambdas/three-cx/three-cx-call.ts', threeCxMeanings],
    ['lambdas/callers/erasure/erasure.ts', erasureMeanings],
  ])('given the meanings of the states in %s, then each is of a state in the drawing', (file, meanings) => {
    expect(Object.keys(meanings).filter((state) => !new RegExp(`\\b${state}\\b`).test(drawingOf(file)))).toEqual([]);
  });

  it('given a deleted voice, then no arrow leads out of it', () => {
    expect(arrowsOf(machines[1]!).filter(({ from }) => from === 'deleted')).toEqual([]);
  });
});
