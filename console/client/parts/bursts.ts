import type { TimelineEntry } from '../../shared/documents';

/** A period of events without a long pause. */
export interface Burst {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly entries: readonly TimelineEntry[];
}

/** Pauses longer than this are drawn as a break, in milliseconds. */
const breakMs = 8_000;
/** Minimum drawn length of a burst, in milliseconds, so that single moments have space. */
const leastMs = 400;

/** Splits a timeline at its long pauses, oldest first. Within each burst, time is drawn to scale. */
export const burstsOf = (entries: readonly TimelineEntry[]): Burst[] => {
  const bursts: { fromMs: number; untilMs: number; entries: TimelineEntry[] }[] = [];
  for (const entry of [...entries].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = bursts.at(-1);
    if (last === undefined || entry.fromMs - last.untilMs > breakMs)
      bursts.push({ fromMs: entry.fromMs, untilMs: entry.untilMs, entries: [entry] });
    else {
      last.untilMs = Math.max(last.untilMs, entry.untilMs);
      last.entries.push(entry);
    }
  }
  return bursts.map((burst) => ({ ...burst, untilMs: Math.max(burst.untilMs, burst.fromMs + leastMs) }));
};

/** The space that an entry takes, including its label. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Assigns rows to spans so that none overlap. Returns the row of each span, by index. */
export const rowsOf = (spans: readonly Span[]): number[] => {
  const rows: Span[][] = [];
  return spans.map((span) => {
    const isFree = (taken: readonly Span[]): boolean =>
      taken.every(({ fromMs, untilMs }) => untilMs <= span.fromMs || fromMs >= span.untilMs);
    const free = rows.findIndex(isFree);
    const row = free === -1 ? rows.length : free;
    rows[row] = [...(rows[row] ?? []), span];
    return row;
  });
};

const nice = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000, 300_000, 900_000, 3_600_000];

/** Returns the distance between marks on a scale of this length, in milliseconds, for about five marks. */
export const stepOf = (lengthMs: number): number => nice.find((step) => lengthMs / step <= 6) ?? 3_600_000;
