import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'COSTS.md'), 'utf8');

/** The ways of a call, by the columns of docs/COSTS.md. */
export const columns = {
  json: 'sample in JSON',
  upload: 'sample uploaded first',
  recording: 'recording stored',
  initiation: 'initiation, voice reused',
  threeCx: '3CX with greeting',
  reconcile: 'run of reconcile',
} as const;

/** The name of a column. */
export type Column = keyof typeof columns;

/** The figures of a table of docs/COSTS.md, by row and column. Throws for a heading without a table. */
const tableBelow = (heading: string): Readonly<Record<string, Readonly<Record<string, number>>>> => {
  const section = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const [head, , ...rows] = [...section.matchAll(/^\|(.*)\|$/gm)].map(([, cells = '']) =>
    cells.split('|').map((cell) => cell.trim().replaceAll('`', '')),
  );
  if (head === undefined) throw new Error(`docs/COSTS.md has no table below "${heading}".`);
  return Object.fromEntries(
    rows.map(([name = '', ...cells]) => [
      name,
      Object.fromEntries(cells.map((cell, index) => [head[index + 1] ?? '', Number(cell)])),
    ]),
  );
};

/** What one call makes AWS do, by row and column. */
export const operations = tableBelow('What one call makes AWS do');

/** Memory and invocations of the functions, by function and column. */
export const functions = tableBelow('Which functions run');

/** What is there without a call, by row. */
export const installation = Object.fromEntries(
  Object.entries(tableBelow('What an installation has without a call')).map(([name, { number = NaN }]) => [
    name,
    number,
  ]),
);

/** What each stage of cdk.json costs without a call, by row. */
export const idle = tableBelow('What an idle stage costs');

/** What the stages of cdk.json and every option have, and what they cost without a call. */
export const byTemplate = tableBelow('What a template has');

/** What an installation with one feature has, and what it costs without a call, by feature. */
export const byFeature = tableBelow('What a feature alone has');

/** The functions that a way invokes, and how often. */
export const invocationsOf = (column: Column): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(functions)
      .map(([name, row]) => [name, row[columns[column]] ?? 0] as const)
      .filter(([, times]) => times > 0),
  );
