/** Writes the tables of docs/COSTS.md from what was counted and from the list of prices: `npm run costs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { withTables } from './costs/tables';

const file = join(__dirname, '..', 'docs', 'COSTS.md');

const main = async (): Promise<void> => {
  const style = await resolveConfig(file);
  writeFileSync(file, await format(withTables(readFileSync(file, 'utf8')), { ...style, parser: 'markdown' }));
};

void main();
