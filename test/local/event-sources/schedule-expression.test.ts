import { parseScheduleExpression } from '../../../local/event-sources/schedule-expression';

describe('parseScheduleExpression', () => {
  it.each([
    ['rate(1 minute)', '2026-03-10T10:00:30Z', '2026-03-10T10:01:30Z'],
    ['rate(5 minutes)', '2026-03-10T10:00:00Z', '2026-03-10T10:05:00Z'],
    ['rate(2 hours)', '2026-03-10T23:00:00Z', '2026-03-11T01:00:00Z'],
    ['rate(1 day)', '2026-03-10T10:00:00Z', '2026-03-11T10:00:00Z'],
    ['cron(0 10 * * ? *)', '2026-03-10T10:00:00Z', '2026-03-11T10:00:00Z'],
    ['cron(0 10 * * ? *)', '2026-03-10T09:59:59Z', '2026-03-10T10:00:00Z'],
    ['cron(0/15 * * * ? *)', '2026-03-10T10:44:10Z', '2026-03-10T10:45:00Z'],
    ['cron(5/20 8-9 * * ? *)', '2026-03-10T09:45:00Z', '2026-03-11T08:05:00Z'],
    ['cron(*/10 * * * ? *)', '2026-03-10T23:55:00Z', '2026-03-11T00:00:00Z'],
    ['cron(0 18 ? * MON-FRI *)', '2026-03-13T18:00:00Z', '2026-03-16T18:00:00Z'],
    ['cron(0 8 ? * 1 *)', '2026-03-10T00:00:00Z', '2026-03-15T08:00:00Z'],
    ['cron(0 8 1 * ? *)', '2026-03-01T08:00:00Z', '2026-04-01T08:00:00Z'],
    ['cron(0 0 29 feb ? *)', '2026-03-10T10:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(30 6 1,15 JAN,JUL ? 2027)', '2026-03-10T10:00:00Z', '2027-01-01T06:30:00Z'],
    ['cron(0 0 10-20/5 * ? *)', '2026-03-10T10:00:00Z', '2026-03-15T00:00:00Z'],
  ])('given %s at %s, when asked for the next run, then it is %s', (expression, moment, next) => {
    const run = parseScheduleExpression(expression)(new Date(moment));

    expect(run).toEqual(new Date(next));
  });

  it.each(['cron(0 0 1 1 ? 2020)', 'cron(0 0 30 2 ? *)'])(
    'given %s, when asked for the next run, then there is none',
    (expression) => {
      const run = parseScheduleExpression(expression)(new Date('2026-03-10T10:00:00Z'));

      expect(run).toBeUndefined();
    },
  );

  it.each([
    ['every day', 'neither rate'],
    ['rate(0 minutes)', 'neither rate'],
    ['cron(0 10 * * *)', 'six fields, "0 10 * * *" has 5'],
    ['cron(0 10 * * * *)', 'must be "?"'],
    ['cron(0 10 ? * ? *)', 'must be "?"'],
    ['cron(60 10 * * ? *)', '"60" is no value of the minutes field'],
    ['cron(0 10 ? * FUN *)', '"FUN" is no value of the day-of-week field'],
    ['cron(0 10 ? * FRI-MON *)', 'runs backwards'],
    ['cron(0/0 10 * * ? *)', 'step of 1 or more'],
    ['cron(0 10 L * ? *)', 'L, W and # in the day fields are not supported here: "L"'],
    ['cron(0 10 3W * ? *)', 'not supported here'],
    ['cron(0 10 ? * MON#2 *)', 'not supported here'],
    ['cron(0 10 ? * 6L *)', 'not supported here'],
  ])('given %s, when parsed, then it is refused', (expression, message) => {
    expect(() => parseScheduleExpression(expression)).toThrow(message);
  });
});
