import { startLocalStack } from './local-stack';
import { readLocalSettings } from './settings';

/** `npm start`: brings the stack up, plays a call, and stays until it is told to end; `--once` ends after the call. */
const main = async (): Promise<void> => {
  const isOnce = process.argv.includes('--once');
  const stack = await startLocalStack(readLocalSettings(), (line) => console.log(line));
  let isEnding = false;
  const end = async (exitCode: number): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    await stack.close();
    process.exit(exitCode);
  };
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  const wentWell = await stack.playDemo();
  console.log(`ready ${stack.url}`);
  if (isOnce) await end(wentWell ? 0 : 1);
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
