const { fork } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');

/** Starts the process of plain Node that test/support/in-plain-node.ts asks. Workers learn its port from the environment. */
module.exports = async () => {
  const child = fork(join(__dirname, 'plain-node.ts'), { execArgv: ['--import', 'tsx'] });
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('test/runner/plain-node.ts does not start.');
    }),
  ]);
  process.env.PRECALL_PLAIN_NODE_PORT = String(port);
  globalThis.plainNode = child;
};
