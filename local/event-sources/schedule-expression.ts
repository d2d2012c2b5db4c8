import { parseCron } from './cron-expression';

/** When a schedule fires next after a moment; undefined means never again. */
export type NextRun = (moment: Date) => Date | undefined;

const unitS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Fires every so many seconds, counted from the last run. */
export const everySeconds =
  (intervalS: number): NextRun =>
  (moment) =>
    new Date(moment.getTime() + intervalS * 1000);

/** Parses `rate(5 minutes)`, `cron(0 3 * * ? *)`; throws a sentence that quotes any other expression. */
export const parseScheduleExpression = (expression: string): NextRun => {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const secondsPerUnit = unitS[unit ?? ''];
  if (secondsPerUnit !== undefined && Number(amount) > 0) return everySeconds(Number(amount) * secondsPerUnit);
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron === undefined) throw new Error(`"${expression}" is neither rate(<n> minutes|hours|days) nor cron(…)`);
  try {
    return parseCron(cron).nextAfter;
  } catch (cause) {
    throw new Error(`${expression}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};
