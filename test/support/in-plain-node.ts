import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ask = join(__dirname, '..', 'runner', 'ask-plain-node.cjs');
const maxBuffer = 64 * 1024 * 1024;

/** Synthesizes the local stack, unless a worker has had it done. Later stacks with the settings of the run find it. */
export const synthesizeLocalStack = async (): Promise<void> => {
  const body = JSON.stringify({ task: 'synthesizeLocalStack' });
  await fetch(`http://127.0.0.1:${process.env['PRECALL_PLAIN_NODE_PORT']}`, { method: 'POST', body });
};

/**
 * The result of a task of test/runner/plain-node.ts, at once: names of tests are made from it. Throws what the task
 * threw.
 */
export const inPlainNode = (
  task: 'synthesize' | 'synthesizeFixture' | 'sdkCalls' | 'bundleSources',
  input: unknown,
): unknown => {
  const printed = execFileSync(process.execPath, [ask], { input: JSON.stringify({ task, input }), maxBuffer });
  const { result, error } = JSON.parse(printed.toString()) as { result: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return result;
};
