import { startLocalStack } from './local-stack';
import { readStartOptions, startHelp } from './options';
import { misspeltSettings, readLocalSettings } from './settings';

const print = (line: string): void => console.log(line);

/** Parses the options. Otherwise, ends the process with the help or a sentence about a wrong argument. */
const optionsOrEnd = () => {
  try {
    const options = readStartOptions(process.argv.slice(2));
    if (!options.help) return options;
    print(startHelp);
    return process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
};

/** Runs `npm start`: starts the stack, plays a call, and runs until it is stopped. `--once` stops after the call. */
const main = async (): Promise<void> => {
  const { once, keep, json } = optionsOrEnd();
  const starting = new AbortController();
  const untilStopped = new Promise<void>((resolve) => {
    const end = (): void => {
      starting.abort();
      resolve();
    };
    process.once('SIGTERM', end).once('SIGINT', end);
  });
  const settings = readLocalSettings();
  misspeltSettings(process.env).forEach((sentence) => console.error(sentence));
  const stack = await startLocalStack(settings, print, starting.signal, {}, { keep, json });
  const wentWell = await Promise.race([stack.playDemo(), untilStopped.then(() => false)]);
  if (!starting.signal.aborted) {
    if (!json && !once) print(nextSteps(stack.consoleUrl, keep));
    print(`ready ${stack.url}`);
  }
  if (!once) await untilStopped;
  await stack.close();
  process.exit(once && !wentWell ? 1 : 0);
};

const nextSteps = (consoleUrl: string, keep: boolean): string =>
  [
    `See calls happen in a browser: ${consoleUrl}`,
    'Try it from another terminal: npx precall status · npx precall send --sample events/samples/caller.wav --name Ada',
    keep ? 'The state is kept for the next start with --keep.' : 'The state ends with this run; --keep keeps it.',
  ].join('\n');

main().catch((error: unknown) => {
  const wasStopped = error instanceof Error && error.name === 'AbortError';
  if (!wasStopped) console.error(error instanceof Error ? error.message : error);
  process.exit(wasStopped ? 0 : 1);
});
