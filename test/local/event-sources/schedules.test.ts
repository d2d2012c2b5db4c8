import { startSchedules, type Schedules, type SchedulesOptions } from '../../../local/event-sources/schedules';
import type { Functions } from '../../../local/lambda/functions';
import type { DeployedSchedule } from '../../../local/stack/deployed-stack';
import { until } from '../../support/eventually';
import { startOne } from '../lambda/start-one';
import { temporaryFunction } from '../lambda/temporary-function';

const daily: DeployedSchedule = { functionId: 'Subject', name: 'daily', expression: 'rate(1 day)' };

describe('startSchedules', () => {
  let functions: Functions;
  let schedules: Schedules | undefined;
  const lines: string[] = [];

  beforeAll(async () => {
    const source = `exports.handler = async (event) => { console.log('ran'); if (event.fail) throw new Error('no'); return event; };`;
    functions = await startOne(temporaryFunction(source), { onLog: (_id, line) => lines.push(line) });
  });

  afterEach(() => schedules?.close());

  afterAll(() => functions.close());

  const start = (schedule: DeployedSchedule, options: Partial<SchedulesOptions> = {}): Schedules => {
    schedules = startSchedules({ schedules: [schedule], functions, region: 'eu-central-1', ...options });
    return schedules;
  };

  it("given no input, when run now, then the function gets EventBridge's event, of another source", async () => {
    const { runNow } = start(daily);

    const result = await runNow('daily');

    expect(result.status === 'ok' && JSON.parse(result.payload.toString())).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'precall.local',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'eu-central-1',
      resources: ['arn:aws:events:eu-central-1:000000000000:rule/daily'],
      detail: {},
    });
  });

  it('given an input, when run now, then the function gets it', async () => {
    const { runNow } = start({ ...daily, input: { task: 'reconcile' } });

    const result = await runNow('daily');

    expect(result.status === 'ok' && JSON.parse(result.payload.toString())).toEqual({ task: 'reconcile' });
  });

  it('given an interval of its own, when started, then it runs again and again until closed', async () => {
    lines.length = 0;
    const { close } = start(daily, { everyS: 0.1 });

    await until(() => lines.length >= 3);
    await close();
    const ranAtClose = lines.length;
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(lines.length).toBeLessThanOrEqual(ranAtClose + 1);
  });

  it('given a run that fails, when its time comes, then the problem is told', async () => {
    const problems: string[] = [];
    start({ ...daily, input: { fail: true } }, { everyS: 0.05, onProblem: (problem) => problems.push(problem) });

    await until(() => problems.length > 0);

    expect(problems[0]).toBe('Schedule daily failed: Error: no');
  });

  it('given an unknown name, when run now, then the error lists those known', async () => {
    const { runNow } = start(daily);

    await expect(runNow('hourly')).rejects.toThrow('Schedule hourly not found. Available schedules: daily');
  });

  it('given an expression that is not supported, when started, then it throws', () => {
    expect(() =>
      startSchedules({ schedules: [{ ...daily, expression: 'cron(0 3 L * ? *)' }], functions, region: 'x' }),
    ).toThrow('cron(0 3 L * ? *)');
  });
});
