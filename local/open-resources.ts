/** Something that runs until it is closed. */
interface Closable {
  readonly close: () => Promise<void>;
}

/** What was started, to be ended in the opposite order. */
export interface Resources {
  /** Remembers it as soon as it runs; passes it on. */
  add<T extends Closable>(starting: Promise<T> | T): Promise<T>;
  /** Ends all of it, the newest first. */
  readonly close: () => Promise<void>;
}

/** Nothing, yet. */
export const openResources = (): Resources => {
  const running: Closable[] = [];
  return {
    add: async (starting) => {
      const started = await starting;
      running.push(started);
      return started;
    },
    close: async () => {
      for (let next = running.pop(); next !== undefined; next = running.pop()) await next.close();
    },
  };
};
