import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Starts the local stack as `npm start` does, with recordings stored, and waits for its `ready`. */
export const startStack = async (environment = {}, args = []) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, PORT: '0', PRECALL_DEMO: 'off', ENABLE_AUDIO_STORAGE: 'true', ...environment },
  });
  let printed = '';
  const url = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      printed += chunk.toString();
      const ready = /^ready (\S+)$/m.exec(printed)?.[1];
      if (ready !== undefined) resolve(ready);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`The stack ended early: ${printed}`)));
  });
  const contract = JSON.parse(printed.split('\n').find((line) => line.startsWith('{')));
  return {
    url,
    contract,
    consoleUrl: /in a browser: (\S+)/.exec(printed)?.[1],
    close: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};
