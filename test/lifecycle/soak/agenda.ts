/** What is to be done, and when. */
export interface Agenda {
  /** Adds what is due in so many seconds. */
  inS(seconds: number, act: () => Promise<void>): void;
  /** Takes what is due now. */
  due(): (() => Promise<void>)[];
  /** When the next is due; Infinity for none. */
  nextMs(): number;
  /** How much is left. */
  readonly size: number;
}

/** An empty one. */
export const agendaOf = (nowMs: () => number): Agenda => {
  const entries = new Set<{ readonly atMs: number; readonly act: () => Promise<void> }>();
  return {
    inS: (seconds, act) => void entries.add({ atMs: nowMs() + seconds * 1000, act }),
    due: () => {
      const due = [...entries].filter(({ atMs }) => atMs <= nowMs());
      due.forEach((entry) => entries.delete(entry));
      return due.map(({ act }) => act);
    },
    nextMs: () => Math.min(...[...entries].map(({ atMs }) => atMs)),
    get size() {
      return entries.size;
    },
  };
};
