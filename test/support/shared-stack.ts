import type { RunningStack } from './running-stack';

/** A stack that a file has closed, with what it was started with. */
interface Kept {
  readonly key: string;
  readonly running: RunningStack;
  readonly end: () => Promise<void>;
}

const worker = globalThis as { keptStack?: Kept | undefined };

/** Ends the stack of the file before, if nobody uses it. */
export const endKeptStack = async (): Promise<void> => {
  const kept = worker.keptStack;
  worker.keptStack = undefined;
  await kept?.end();
};

/**
 * The stack of the file before, if that was started with the same, or a new one. Its functions are warm: to start them
 * is most of the time of a short file. It is emptied when a file closes it. A worker keeps at most one.
 */
export const sharedStack = async <T extends RunningStack>(
  startedWith: unknown,
  start: () => Promise<T>,
): Promise<T> => {
  const key = JSON.stringify(startedWith);
  const kept = worker.keptStack;
  if (kept?.key === key) {
    worker.keptStack = undefined;
    return kept.running as T;
  }
  await endKeptStack();
  const running = await start();
  const end = () => running.close();
  const shared: T = {
    ...running,
    close: async () => {
      await running.empty();
      worker.keptStack = { key, running: shared, end };
    },
  };
  return shared;
};
