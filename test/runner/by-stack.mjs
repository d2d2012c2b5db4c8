import { readFileSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';

const textOf = ({ moduleId }) => readFileSync(moduleId, 'utf8');

/** How a file starts its stack, as the code says it; empty for a file that starts none. */
const stackOf = (file) => /\bstart(?:Post|Calls|New)?(?:Call)?Stack\([^;]*?\);/.exec(textOf(file))?.[0] ?? '';

/** Whether a file waits for templates, which one process of plain Node synthesizes one after another. */
const waitsForTemplates = (file) => /support\/(?:templates|iam|in-plain-node)'/.test(textOf(file));

/** Puts the first files between the second, at equal distances. */
const between = (first, second) => {
  const distance = (second.length + 1) / (first.length + 1);
  const at = Map.groupBy(first, (file) => Math.floor((first.indexOf(file) + 1) * distance));
  return second.flatMap((file, position) => [...(at.get(position) ?? []), file]).concat(at.get(second.length) ?? []);
};

/**
 * Files that start the same stack run one after another, so that a worker can go on with it. They come first, because
 * they take longest; in other respects the largest or slowest files do. Those that wait for templates come between
 * them, because at the end they would wait for one process and leave a processor idle.
 */
export class ByStack extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const stacks = new Map(sorted.map((file) => [file, stackOf(file)]));
    const counted = Map.groupBy(sorted, (file) => stacks.get(file));
    const weight = (file) => (stacks.get(file) === '' ? 0 : counted.get(stacks.get(file)).length);
    const ordered = sorted.toSorted((a, b) => weight(b) - weight(a) || stacks.get(a).localeCompare(stacks.get(b)));
    const { true: waiting = [], false: others = [] } = Object.groupBy(ordered, waitsForTemplates);
    return between(waiting, others);
  }
}
