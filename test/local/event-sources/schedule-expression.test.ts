import { parseScheduleExpression } from '../../../local/event-sources/schedules';

describe('parseScheduleExpression', () => {
  it.each([
    ['rate(1 minute)', '2026-03-10T10:00:30Z', '2026-03-10T10:01:30Z'],
    ['rate(5 minutes)', '2026-03-10T10:00:00Z', '2026-03-10T10:05:00Z'],
    ['rate(2 hours)', '2026-03-10T23:00:00Z', '2026-03-11T01:00:00Z'],
    ['rate(1 day)', '2026-03-10T10:00:00Z', '2026-03-11T10:00:00Z'],
  ])('given %s at %s, when asked for the next run, then it is %s', (expression, moment, next) => {
    const run = parseScheduleExpression(expression)(new Date(moment));

    expect(run).toEqual(new Date(next));
  });

  it.each([
    ['every day', ', not "every day"'],
    ['rate(0 minutes)', 'supports only'],
    ['cron(0 10 * * ? *)', 'supports only rate(<n> minutes|hours|days), not "cron(0 10 * * ? *)"'],
  ])('given %s, when parsed, then it is refused', (expression, message) => {
    expect(() => parseScheduleExpression(expression)).toThrow(message);
  });
});
