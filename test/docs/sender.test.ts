import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../cli/commands';
import { help } from '../../cli/help';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'SENDER.md'), 'utf8');

/** The cells of the table's rows that begin with this column, without its head. */
const rowsUnder = (column: string): string[][] => {
  const [, after = ''] = page.split(new RegExp(`^\\| ${column} +\\|.*\\n`, 'm'));
  const [table = ''] = after.split('\n\n');
  return table.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
};

/** The words in the code of a cell, without placeholders. */
const codeIn = (cell = ''): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code!.split(/\s+/).filter((word) => !word.startsWith('<')));

const named = rowsUnder('command').map(([, command]) => codeIn(command));
const headings = [...page.matchAll(/^## `precall (\w+)/gm)].map(([, name]) => name!);
const flags = rowsUnder('flag +\\| of').map(([, flag, of]) => ({ flags: codeIn(flag), of: codeIn(of) }));

describe('docs/SENDER.md', () => {
  it('given the commands, then it names each, with each of its actions', () => {
    const missing = Object.entries(commands).flatMap(([name, { forms }]) => {
      const words = named.filter((row) => row.includes(name)).flat();
      const actions = forms.map((form) => form.split(' ')[0]!).filter((word) => /^[a-z]+$/.test(word));
      return [name, ...actions].filter((word) => !words.includes(word)).map((word) => `${name}: ${word}`);
    });

    expect(missing).toEqual([]);
    expect(Object.keys(help).filter((name) => !headings.includes(name))).toEqual([]);
  });

  it('given the flags of a command, then it names each with the command', () => {
    const missing = Object.entries(commands).flatMap(([name, command]) =>
      Object.keys(command.flags ?? {})
        // Whatever deletes or changes much has it.
        .filter((flag) => flag !== 'yes')
        .filter((flag) => !flags.some((row) => row.flags.includes(`--${flag}`) && row.of.includes(name)))
        .map((flag) => `${name} --${flag}`),
    );

    expect(flags.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});
