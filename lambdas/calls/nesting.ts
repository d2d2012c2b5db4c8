/**
 * Whether lists and objects of a parsed document lie more than this many levels deep in one another. Takes time in proportion to the
 * size, and never a call stack as deep as the document: most readers and writers of JSON do, and break.
 */
export const isNestedDeeper = (json: unknown, maxLevels: number): boolean => {
  const open: { readonly values: readonly unknown[]; at: number }[] = [{ values: [json], at: 0 }];
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    if (inner.at === inner.values.length) {
      open.pop();
      continue;
    }
    const value = inner.values[inner.at];
    inner.at += 1;
    if (typeof value !== 'object' || value === null) continue;
    if (open.length > maxLevels) return true;
    open.push({ values: Object.values(value), at: 0 });
  }
  return false;
};
