import { WrongUse } from './wrong-use';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses a time to unix milliseconds: `30m`, `2h` or `3d` ago, or a date. Throws WrongUse for anything else. */
export const readSince = (text: string, nowMs: number): number => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (unitsMs[unit] ?? 0);
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(date)) return date;
  throw new WrongUse(
    `--since ${text} is not valid. Use a time span such as 30m, 24h or 7d, or a date such as 2026-11-30.`,
  );
};

/** Formats a timestamp for CLI output: date and time in UTC, to the second. */
export const moment = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);

/** Formats the time of day in UTC, to the millisecond. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23);
