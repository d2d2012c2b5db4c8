import { startLocalStack } from './local-stack';
import { readLocalSettings } from './settings';

/** `npm start`: brings the stack up, plays a call, and stays until it is told to end; `--once` ends after the call. */
const main = async (): Promise<void> => {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--once');
  if (unknown.length > 0) {
    console.error(
      `npm start takes --once and nothing else, not ${unknown.join(' ')}. Settings go into the environment.`,
    );
    process.exit(2);
  }
  const starting = new AbortController();
  const untilTold = new Promise<void>((resolve) => {
    const end = (): void => {
      starting.abort();
      resolve();
    };
    process.once('SIGTERM', end).once('SIGINT', end);
  });
  const stack = await startLocalStack(readLocalSettings(), (line) => console.log(line), starting.signal);
  const wentWell = await Promise.race([stack.playDemo(), untilTold.then(() => false)]);
  if (!starting.signal.aborted) console.log(`ready ${stack.url}`);
  const isOnce = process.argv.includes('--once');
  if (!isOnce) await untilTold;
  await stack.close();
  process.exit(isOnce && !wentWell ? 1 : 0);
};

main().catch((error: unknown) => {
  const wasTold = error instanceof Error && error.name === 'AbortError';
  if (!wasTold) console.error(error instanceof Error ? error.message : error);
  process.exit(wasTold ? 0 : 1);
});
