import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the run a temporary folder of its own, and deletes it at the end with all that tests left in it. Starts the
 * process of plain Node that test/support/in-plain-node.ts asks, and ends it after the run. Workers learn its port from
 * the environment.
 */
export default async () => {
  const folder = mkdtempSync(join(tmpdir(), 'precall-tests-'));
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder;
  const child = fork(join(import.meta.dirname, 'plain-node.ts'), { execArgv: ['--import', 'tsx'] });
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('test/runner/plain-node.ts does not start.');
    }),
  ]);
  process.env.PRECALL_PLAIN_NODE_PORT = String(port);
  return async () => {
    child.disconnect();
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
};
