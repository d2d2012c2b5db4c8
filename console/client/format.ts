import { clockAhead } from './live';

/** Formats the time of day, to the second. */
export const clockTime = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');

/** Formats a day and a time, to the minute. */
export const dayAndTime = (ms: number): string =>
  new Date(ms).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** Formats a time, with its day unless that is today at the installation. */
export const shortTime = (ms: number): string => {
  const today = new Date(Date.now() + clockAhead.value).toDateString();
  return new Date(ms).toDateString() === today ? clockTime(ms) : dayAndTime(ms);
};

/** Formats a duration in the unit that fits: `850 ms`, `2.4 s`, `3 min 12 s`, `2 h 5 min`. */
export const duration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return joined(`${Math.floor(seconds / 60)} min`, seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
};

const joined = (whole: string, rest: number, unit: string): string => (rest === 0 ? whole : `${whole} ${rest} ${unit}`);

/** Formats a position in a recording, such as `1:05`. */
export const position = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** Formats a size in the unit that fits. */
export const size = (bytes: number): string => {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};
