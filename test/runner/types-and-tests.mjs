import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Checks the types while the tests run, because neither keeps two processors busy all the time. Fails if one of them
 * does, and ends with both. Arguments go to Vitest.
 */
const start = (command, args, stdio) => spawn(command, args, { stdio, shell: process.platform === 'win32' });

const tests = start('vitest', ['run', '--coverage', ...process.argv.slice(2)], 'inherit');
const types = start('npm', ['run', '--silent', 'build'], ['ignore', 'pipe', 'inherit']);
process.on('SIGTERM', () => [tests, types].forEach((child) => child.kill()));
// A terminal interrupts both as well.
process.on('SIGINT', () => undefined);

const found = types.stdout.toArray();
const [[testsFailed], [typesFailed]] = await Promise.all([once(tests, 'exit'), once(types, 'exit')]);
process.stdout.write(Buffer.concat(await found));
process.exitCode = testsFailed === 0 && typesFailed === 0 ? 0 : 1;
