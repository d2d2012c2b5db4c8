import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Starts the process of plain Node that test/support/in-plain-node.ts asks, and ends it after the run. Workers learn its
 * port from the environment.
 */
export default async () => {
  const child = fork(join(import.meta.dirname, 'plain-node.ts'), { execArgv: ['--import', 'tsx'] });
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('test/runner/plain-node.ts does not start.');
    }),
  ]);
  process.env.PRECALL_PLAIN_NODE_PORT = String(port);
  return () => child.disconnect();
};
