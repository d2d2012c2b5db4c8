import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { run } from './run';

/** `npx precall`: runs the command line in the terminal that it was called in; the environment wins over `.env`. */
const main = async (): Promise<void> => {
  if (existsSync('.env')) loadEnvFile('.env');
  const { stdout, stderr } = process;
  // Whoever reads the output may stop reading: `npx precall … | head`.
  stdout.on('error', () => process.exit());
  process.exitCode = await run(process.argv.slice(2), {
    env: process.env,
    print: (line) => console.log(line),
    note: (line) => console.error(line),
    redraw: stderr.isTTY ? (line) => void stderr.write(`\r${line}`) : undefined,
  });
};

void main();
