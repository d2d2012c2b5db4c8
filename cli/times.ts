import { WrongUse } from './wrong-use';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Parses a time to unix milliseconds: `30m`, `2h` or `3d` ago, a date, or a date and time. A time without a zone is
 * UTC, as `moment` formats it. Throws WrongUse for anything else.
 */
export const readSince = (text: string, nowMs: number): number => {
  const span = /^(?<count>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups;
  if (span !== undefined) return nowMs - Number(span['count']) * (unitsMs[span['unit'] ?? ''] ?? 0);
  const timeMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(withZone(text)) : NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new WrongUse(
    `--since ${text} is not valid. Use a time span such as 30m, 24h or 7d, a date such as 2026-11-30, or a time in ` +
      'UTC such as 2026-11-30T08:00.',
  );
};

/** Adds UTC to a date and time without a zone, which JavaScript would read as the machine's time. */
const withZone = (text: string): string =>
  /^\S+[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;

/** Formats a timestamp for CLI output: date and time in UTC, to the second. */
export const moment = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);

/** Formats the time of day in UTC, to the millisecond. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23);
