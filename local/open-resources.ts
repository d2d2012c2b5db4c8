/** Something that runs until it is closed. */
interface Closable {
  readonly close: () => Promise<void>;
}

/** Started parts, to be closed in reverse order. */
export interface Resources {
  /** Registers a part as soon as it runs, and returns it. */
  add<T extends Closable>(starting: Promise<T> | T): Promise<T>;
  /** Closes all parts, the newest first. */
  readonly close: () => Promise<void>;
}

/** Creates an empty collection. */
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
