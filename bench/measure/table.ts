import type { Cost } from './rig';

/** Returns the value below which this share of the values lies. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

/** Returns the middle value. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Prints a heading and rows in columns. The first column is text. */
export const printTable = (
  title: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void => {
  const cells = [columns, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => (row[index] ?? '').length)));
  console.log(`\n${title}`);
  for (const row of cells)
    console.log(
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`,
    );
};

/** The columns that `costCells` fills. */
export const costColumns = ['n', 'CPU least', 'CPU p50', 'CPU p99', 'wall p50', 'wall p99'];

/** Returns the cells of a comparison's row: count, least value, medians and 99th percentiles in milliseconds. */
export const costCells = (costs: readonly Cost[]): readonly (string | number)[] => {
  const cpu = costs.map(({ cpuMs }) => cpuMs);
  const wall = costs.map(({ wallMs }) => wallMs);
  return [String(costs.length), Math.min(...cpu), median(cpu), quantile(cpu, 0.99), median(wall), quantile(wall, 0.99)];
};

/** Makes each contestant run once per round, in an order that rotates, so that a busy machine slows all alike. */
export const interleave = async <T>(
  rounds: number,
  contestants: Readonly<Record<string, () => Promise<readonly T[]>>>,
): Promise<Record<string, T[]>> => {
  const names = Object.keys(contestants);
  const results: Record<string, T[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? '';
      results[name]?.push(...((await contestants[name]?.()) ?? []));
    }
  }
  return results;
};
