/** Rows in columns that are as wide as their widest cell; the last one is not padded. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** A number with its noun: `1 voice`, `2 voices`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
