import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { run } from './run';
import type { Colour } from './surroundings';

const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, grey: 90 };
const paint = (text: string, colour: Colour): string => `\u001b[${codes[colour]}m${text}\u001b[0m`;

const ask = async (question: string): Promise<boolean> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
};

/** Runs `npx precall` in the current terminal. Environment variables take precedence over `.env`. */
const main = async (): Promise<void> => {
  if (existsSync('.env')) loadEnvFile('.env');
  const { stdout, stderr } = process;
  // A command such as `head` may close the output before all of it is written.
  stdout.on('error', () => process.exit());
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    print: (line) => console.log(line),
    note: (line) => console.error(line),
    paint: stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' ? paint : undefined,
    ask: process.stdin.isTTY ? ask : undefined,
    untilInterrupted: () => new Promise((resolve) => process.once('SIGINT', () => resolve())),
    redraw: stderr.isTTY ? (line) => void stderr.write(`\r${line}`) : undefined,
  });
};

void main();
