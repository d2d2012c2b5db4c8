/** The minutes at which a cron expression fires. */
interface CronSchedule {
  /** The first minute after a moment; undefined when the years of the expression are over. */
  readonly nextAfter: (moment: Date) => Date | undefined;
}

interface Field {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const LAST_YEAR = 2199;
const DAY_MS = 24 * 3600 * 1000;

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const fields = {
  minute: { label: 'minutes', min: 0, max: 59, names: [] },
  hour: { label: 'hours', min: 0, max: 23, names: [] },
  dayOfMonth: { label: 'day-of-month', min: 1, max: 31, names: [] },
  month: { label: 'month', min: 1, max: 12, names: months },
  dayOfWeek: { label: 'day-of-week', min: 1, max: 7, names: weekdays },
  year: { label: 'year', min: 1970, max: LAST_YEAR, names: [] },
} as const satisfies Record<string, Field>;

const parseValue = (text: string, { label, min, max, names }: Field): number => {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + min : Number(text);
  if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < min || value > max) {
    throw new Error(`"${text}" is no value of the ${label} field, which takes ${min} to ${max}`);
  }
  return value;
};

const parseRange = (text: string, isStepped: boolean, field: Field): readonly [from: number, to: number] => {
  if (text === '*') return [field.min, field.max];
  const [first = '', last] = text.split('-');
  const from = parseValue(first, field);
  if (last === undefined) return [from, isStepped ? field.max : from];
  const to = parseValue(last, field);
  if (to < from) throw new Error(`The range "${text}" of the ${field.label} field runs backwards: split it in two`);
  return [from, to];
};

const parseField = (text: string, field: Field): ReadonlySet<number> => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [from, to] = parseRange(range, step !== undefined, field);
    const every = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(every) || every < 1) throw new Error(`"${part}" has no step of 1 or more after its slash`);
    for (let value = from; value <= to; value += every) values.add(value);
  }
  return values;
};

/** `?` in exactly one of the two day fields; the other one decides. */
const parseDays = (dayOfMonth: string, dayOfWeek: string): ((day: Date) => boolean) => {
  for (const text of [dayOfMonth, dayOfWeek.replace(/[A-Z]{3}/gi, '')]) {
    if (/[LW#]/i.test(text)) throw new Error(`L, W and # in the day fields are not supported here: "${text}"`);
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error('Exactly one of the day-of-month and day-of-week fields must be "?"');
  }
  if (dayOfWeek === '?') {
    const days = parseField(dayOfMonth, fields.dayOfMonth);
    return (day) => days.has(day.getUTCDate());
  }
  const days = parseField(dayOfWeek, fields.dayOfWeek);
  return (day) => days.has(day.getUTCDay() + 1);
};

const startOfDay = (moment: Date): number => Math.floor(moment.getTime() / DAY_MS) * DAY_MS;

/**
 * Parses the six fields of an EventBridge cron expression, minutes to year, in UTC. Throws a sentence about what is
 * wrong, or not supported: L, W, # and ranges that run backwards.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export const parseCron = (expression: string): CronSchedule => {
  const parts = expression.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = parts;
  if (parts.length !== 6) throw new Error(`A cron expression has six fields, "${expression}" has ${parts.length}`);
  const minutes = [...parseField(minute, fields.minute)].sort((a, b) => a - b);
  const hours = [...parseField(hour, fields.hour)].sort((a, b) => a - b);
  const monthSet = parseField(month, fields.month);
  const years = parseField(year, fields.year);
  const isDay = parseDays(dayOfMonth, dayOfWeek);
  const fires = (day: Date): boolean =>
    years.has(day.getUTCFullYear()) && monthSet.has(day.getUTCMonth() + 1) && isDay(day);
  const timesMs = hours.flatMap((h) => minutes.map((m) => (h * 60 + m) * 60_000));
  return {
    nextAfter: (moment) => {
      for (let dayMs = startOfDay(moment); new Date(dayMs).getUTCFullYear() <= LAST_YEAR; dayMs += DAY_MS) {
        if (!fires(new Date(dayMs))) continue;
        const timeMs = timesMs.find((time) => dayMs + time > moment.getTime());
        if (timeMs !== undefined) return new Date(dayMs + timeMs);
      }
      return undefined;
    },
  };
};
