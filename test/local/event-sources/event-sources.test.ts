import {
  type EventSources,
  type EventSourcesOptions,
  startEventSources,
} from '../../../local/event-sources/event-sources';
import type { Functions } from '../../../local/lambda/functions';
import { until } from '../../support/eventually';
import { answerOf, startOne } from '../lambda/start-one';
import { isAlive, temporaryFunction } from '../lambda/temporary-function';
import { startEmulators, type TestEmulators } from './emulators';

const daily = { functionId: 'Subject', name: 'daily', expression: 'rate(1 day)' };
const nightly = { ...daily, name: 'nightly' };
const hanging = `exports.handler = () => { console.log('hangs'); return new Promise(() => setInterval(() => {}, 50)); };`;

describe('startEventSources', () => {
  let emulators: TestEmulators;
  let functions: Functions;
  let sources: EventSources | undefined;
  let lines: string[];
  let problems: string[];

  beforeAll(async () => {
    emulators = await startEmulators();
  });

  beforeEach(() => {
    lines = [];
    problems = [];
  });

  afterEach(async () => {
    await sources?.close();
    await functions.close();
  });

  afterAll(() => emulators.close());

  const start = async (
    source: string,
    deployed: Partial<EventSourcesOptions['deployed']>,
    schedulesS?: number,
  ): Promise<EventSources> => {
    functions = await startOne(temporaryFunction(source, { timeoutS: 60 }), { onLog: (_id, line) => lines.push(line) });
    sources = await startEventSources({
      deployed: { queueSources: [], streamSources: [], schedules: [], tables: {}, ...deployed },
      functions,
      awsUrl: emulators.url,
      region: 'eu-central-1',
      sweepS: 3600,
      schedulesS,
      onProblem: (problem) => problems.push(problem),
    });
    return sources;
  };

  it('given functions that hang on a message and on a schedule, when closed, then all ends', async () => {
    const queue = await emulators.createQueue('hanging');
    await queue.send('x');
    const queueSource = { functionId: 'Subject', queueUrl: queue.url, queueArn: queue.arn, batchSize: 1 };
    const { close } = await start(
      hanging,
      { queueSources: [{ ...queueSource, batchingWindowS: 0, reportsItemFailures: false }], schedules: [daily] },
      0.2,
    );
    await until(() => lines.length >= 2);
    const pids = functions.instances('Subject').map(({ pid }) => pid);

    await close();

    expect(pids.length).toBeGreaterThanOrEqual(2);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(problems).toEqual([]);
    expect(await queue.count()).toBe(1);
  });

  it('given two schedules, when all are run, then each has run once', async () => {
    const { runSchedules } = await start('exports.handler = async ({ resources }) => resources[0].split("/")[1];', {
      schedules: [daily, nightly],
    });

    const results = await runSchedules();

    const answers = results.map(answerOf);
    expect(answers).toEqual(['daily', 'nightly']);
  });

  it('given an interval, when started, then the schedules run at it instead of at their times', async () => {
    await start(`exports.handler = async () => console.log('ran');`, { schedules: [daily] }, 0.1);

    await until(() => lines.length >= 2);
  });

  it('given a function that fails, when its schedule runs, then the problem is told', async () => {
    await start(`exports.handler = async () => { throw new Error('no'); };`, { schedules: [daily] }, 0.1);

    await until(() => problems.includes('Schedule daily failed: Error: no'));
  });

  it('given a part that cannot start, when started, then it throws', async () => {
    await expect(start(hanging, { schedules: [{ ...daily, expression: 'cron(0 3 L * ? *)' }] })).rejects.toThrow(
      'cron(0 3 L * ? *)',
    );
  });
});
