import { readFileSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';

/** How a file starts its stack, as the code says it; empty for a file that starts none. */
const stackOf = ({ moduleId }) =>
  /\bstart(?:Post|Calls|New)?(?:Call)?Stack\([^;]*?\);/.exec(readFileSync(moduleId, 'utf8'))?.[0] ?? '';

/**
 * Files that start the same stack run one after another, so that a worker can go on with it. They come first, because
 * they take longest; in other respects the largest or slowest files do.
 */
export class ByStack extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const stacks = new Map(sorted.map((file) => [file, stackOf(file)]));
    const counted = Map.groupBy(sorted, (file) => stacks.get(file));
    const weight = (file) => (stacks.get(file) === '' ? 0 : counted.get(stacks.get(file)).length);
    return sorted.toSorted((a, b) => weight(b) - weight(a) || stacks.get(a).localeCompare(stacks.get(b)));
  }
}
