import { readLocalSettings } from '../local/settings';
import { runInvoke } from './invoke/run-invoke';
import { exitCodes } from './invoke/show-result';

/** `npm run invoke`: one function of the stack with one event. */
const main = async (): Promise<void> => {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  process.exitCode = await runInvoke(process.argv.slice(2), {
    settings: readLocalSettings(),
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    signal: stopped.signal,
  });
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodes.notRun;
});
