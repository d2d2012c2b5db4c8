import { createServer } from 'node:net';
import { run } from '../../cli/run';

/** Runs `precall` in this process against the local stack on this port. */
export const precallAt = async (
  port: number | string,
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly text: string }> => {
  const out: string[] = [];
  const exitCode = await run([...args, '--port', String(port)], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void out.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n') };
};

/** A port of 127.0.0.1 that was free just now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
