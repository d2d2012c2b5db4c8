/** Writes docs/STATES.md from the modules with state machines: `npm run diagrams`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mermaidOf } from './diagrams/derive';
import { machines } from './diagrams/machines';
import { agentMeanings, erasureMeanings, type Meanings, tableOf, threeCxMeanings } from './diagrams/meanings';

const root = join(__dirname, '..');
export const statesFile = join(root, 'docs', 'STATES.md');

/** The modules whose comment draws a state machine, and what its states mean. */
const drawn: readonly (readonly [title: string, file: string, meanings?: Meanings])[] = [
  ['An agent', 'lambdas/voices/agent-changes.ts', agentMeanings],
  ["A caller's clone for later calls", 'lambdas/callers/caller-clone.ts'],
  ['A 3CX call', 'lambdas/three-cx/three-cx-call.ts', threeCxMeanings],
  ['An erasure', 'lambdas/callers/erasure/erasure.ts', erasureMeanings],
];

/** The lines of the comment that draws the machine. Throws Error for a module without one. */
const drawingIn = (file: string): string[] => {
  const source = readFileSync(join(root, file), 'utf8');
  const comments = [...source.matchAll(/\/\*\n(?<text>[\s\S]*?)\*\//g)].map(({ groups }) => groups?.['text'] ?? '');
  const comment = comments.find((text) => text.includes('►'));
  if (comment === undefined) throw new Error(`${file} has no comment that draws a state machine.`);
  return comment.split('\n').map((line) => line.replace(/^ \* ?/, '').trimEnd());
};

/** Indented lines are the drawing, all others are sentences about it. */
const asMarkdown = (lines: readonly string[]): string => {
  const isDrawing = (line: string) => line.startsWith('  ');
  const parts = lines.map((line, index) => {
    const wasDrawing =
      isDrawing(lines[index - 1] ?? '') || (lines[index - 1] === '' && isDrawing(lines[index - 2] ?? ''));
    const goesOn = line === '' && wasDrawing && isDrawing(lines[index + 1] ?? '');
    if (isDrawing(line) && !wasDrawing) return `\`\`\`text\n${line}`;
    return !isDrawing(line) && !goesOn && isDrawing(lines[index - 1] ?? '') ? `\`\`\`\n${line}` : line;
  });
  return parts.join('\n').trim();
};

const introduction = `# State machines

This page shows you every state that an item of the ledger can have, what it means, and what moves it to the next one.
\`npm run diagrams\` generates it from the code; do not edit it by hand.

Each arrow is one conditional write. If two functions try to move an item at the same time, one write succeeds, and the
other function reads the item again. [Architecture](ARCHITECTURE.md#the-ledger) describes the items. "A retry" is a
pre-call that its sender sends again.

The first two diagrams are derived from the transitions themselves: the generator applies each transition to an example
of each state (\`scripts/diagrams/machines.ts\`). The others are drawn in the comments of \
their modules. The meanings are
in \`scripts/diagrams/meanings.ts\`.`;

const section = (title: string, parts: readonly string[], source: string): string =>
  [`## ${title}`, ...parts, `Source: \`${source}\`.`].join('\n\n');

/** The whole page. */
export const statesPage = (): string =>
  [
    introduction,
    ...machines.map(({ title, about, ...machine }) =>
      section(title, [about, mermaidOf({ title, about, ...machine }), tableOf(machine.meanings)], machine.source),
    ),
    ...drawn.map(([title, file, meanings]) =>
      section(title, [asMarkdown(drawingIn(file)), ...(meanings === undefined ? [] : [tableOf(meanings)])], file),
    ),
  ].join('\n\n') + '\n';

if (require.main === module) writeFileSync(statesFile, statesPage());
