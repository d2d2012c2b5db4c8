import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * Runs, in one process of plain Node for the whole run, what is too large for each of the workers: the CDK with its
 * WebAssembly or the TypeScript compiler takes hundreds of megabytes.
 */
const tasks: Readonly<Record<string, () => Promise<(input: never) => unknown>>> = {
  synthesize: async () => (await import('./synthesize.js')).synthesize,
  bundleSources: async () => (await import('./bundle-sources.js')).bundleSources,
  synthesizeFixture: async () => (await import('./fixture-assembly.js')).synthesizeFixture,
  synthesizeLocalStack: async () => {
    const { synthesize } = await import('../../local/synth.js');
    return () => synthesize(new AbortController().signal);
  },
  sdkCalls: async () => (await import('./sdk-calls.js')).sdkCallsOf,
};

/** Results by task and input: each is asked for by several test files. */
const results = new Map<string, Promise<string>>();

const run = async (task: string, input: unknown): Promise<string> => {
  try {
    const load = tasks[task];
    if (load === undefined) throw new Error(`There is no task ${task}.`);
    const work = await load();
    return JSON.stringify({ result: await work(input as never) });
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error) });
  }
};

const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    const { task, input } = (await json(request)) as { task: string; input: unknown };
    const key = JSON.stringify([task, input]);
    const result = results.get(key) ?? run(task, input);
    results.set(key, result);
    response.end(await result);
  };
  answer().catch((error: unknown) => response.destroy(error as Error));
});

// It ends with the run, however that ends.
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
