import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { Deadline } from '../../lambdas/platform/deadline';
import { queueWorker } from '../../lambdas/platform/queue-worker';
import { RetryLater } from '../../lambdas/platform/retry-later';
import type { Trace } from '../../lambdas/platform/trace';
import { recordingLog } from '../support/recording-log';

type Job = { n: number };

const record = (messageId: string, body: string, receives = 1, SentTimestamp = '990000', firstSentMs?: number) => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp,
    SenderId: 'x',
    ApproximateFirstReceiveTimestamp: '1',
  },
  messageAttributes:
    firstSentMs === undefined ? {} : { FirstSentMs: { stringValue: String(firstSentMs), dataType: 'Number' } },
  md5OfBody: 'x',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:x:000000000000:q',
  awsRegion: 'x',
});

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 } as Context;

const start = (
  work: (job: Job, deadline: Deadline) => Promise<void>,
  postponing: () => Promise<void> = () => Promise.resolve(),
) => {
  const postponed: [string, number][] = [];
  const log = recordingLog();
  const counted: string[] = [];
  const times: [string, number][] = [];
  const traced: string[] = [];
  const meter = {
    count: (metric: string) => void counted.push(metric),
    countBy: () => undefined,
    durationMs: (metric: string, value: number) => void times.push([metric, value]),
    durationBy: () => undefined,
    flush: () => void counted.push('flush'),
  };
  const trace: Trace = {
    begin: () => void traced.push('begin'),
    call: () => undefined,
    end: (_, outcome) => Promise.resolve(void traced.push(outcome)),
  };
  const postpone = async (handle: string, afterS: number) => {
    postponed.push([handle, afterS]);
    await postponing();
  };
  const again: { name: string; job: Job; delayS: number; firstSentMs: number }[] = [];
  const queueCalled = (name: string) => ({
    name,
    postpone,
    enqueueAgain: async (job: Job, delayS: number, firstSentMs: number) => {
      again.push({ name, job, delayS, firstSentMs });
      await postponing();
    },
  });
  const worker = queueWorker(
    {
      service: 'test',
      jobs: z.object({ n: z.number() }),
      environment: z.object({}),
      build: () => ({ queues: [queueCalled('other'), queueCalled('q')] }),
      telemetry: { log, meter, trace },
      nowMs: () => 1_000_000,
    },
    work,
  );
  const run = (...records: ReturnType<typeof record>[]) => worker({ Records: records }, context);
  return { run, postponed, again, log, counted, times, traced };
};

describe('queueWorker', () => {
  it('given messages of which some fail, then those alone stay in the queue', async () => {
    const done: number[] = [];
    const { run, postponed, counted, times, traced } = start(async ({ n }) => {
      if (n === 2) throw new Error('no');
      await Promise.resolve(done.push(n));
    });

    const response = await run(record('a', '{"n":1}'), record('b', '{"n":2}'), record('c', '{"n":3}'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
    expect(done).toEqual([1, 3]);
    expect(postponed).toEqual([['handle-b', 60]]);
    expect(counted).toEqual(['JobsFailed', 'flush']);
    expect(times).toHaveLength(1);
    expect(traced).toEqual(['begin', 'ok', 'begin', 'fault', 'begin', 'ok']);
  });

  it('given a batch of one that fails, then it is reported, and nothing is thrown', async () => {
    const { run } = start(() => Promise.reject(new Error('no')));

    expect(await run(record('a', '{"n":1}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  });

  it('given something thrown that is no error, then the message stays all the same', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
    const { run } = start(() => Promise.reject('no'));

    expect(await run(record('a', '{"n":1}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  });

  it.each([
    [1, 60],
    [2, 300],
    [3, 1200],
    [4, 3600],
    [5, 7200],
    [11, 7200],
  ])('given a failure at receive %i, then it comes back after %i s', async (receives, afterS) => {
    const { run, postponed } = start(() => Promise.reject(new Error('no')));

    await run(record('a', '{"n":1}', receives));

    expect(postponed).toEqual([['handle-a', afterS]]);
  });

  it('given a job that waits, then a fresh one is queued where it came from, and it is no failure', async () => {
    const { run, postponed, again, log, counted, traced } = start(() => Promise.reject(new RetryLater('lease', 12.3)));

    expect(await run(record('a', '{"n":1}', 11))).toEqual({ batchItemFailures: [] });

    expect(again).toEqual([{ name: 'q', job: { n: 1 }, delayS: 13, firstSentMs: 990_000 }]);
    expect(postponed).toEqual([]);
    expect(log.lines.map(({ level, event }) => [level, event])).toEqual([['info', 'job_waits']]);
    expect(counted).toEqual(['JobsPostponed', 'flush']);
    expect(traced).toEqual(['begin', 'ok']);
  });

  it('given a fresh job that waits again, then it is as old as the first one', async () => {
    const { run, again, times } = start(() => Promise.reject(new RetryLater('lease', 1)));

    await run(record('a', '{"n":1}', 1, '999999', 400_000));

    expect(again).toMatchObject([{ firstSentMs: 400_000 }]);
    expect(times).toEqual([['JobAge', 600_000]]);
  });

  it('given a job that has waited for more than a day, then it has failed', async () => {
    const { run, again, postponed, times } = start(() => Promise.reject(new RetryLater('lease', 1)));

    expect(await run(record('a', '{"n":1}', 1, '999999', 1_000_000 - 24 * 3600_000 - 1))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });

    expect(again).toEqual([]);
    expect(postponed).toEqual([['handle-a', 60]]);
    expect(times).toHaveLength(1);
  });

  it('given a queue that does not take the fresh job, then the message stays', async () => {
    const { run, log } = start(
      () => Promise.reject(new RetryLater('lease', 1)),
      () => Promise.reject(new Error('down')),
    );

    expect(await run(record('a', '{"n":1}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
    expect(log.lines.map(({ event }) => event)).toEqual(['job_failed', 'job_not_postponed']);
  });

  it.each(['', 'x', '{}', '{"n":"1"}', 'null'])('given the body %j, then it is not worked on', async (body) => {
    const worked: Job[] = [];
    const { run } = start((job) => {
      worked.push(job);
      return Promise.resolve();
    });

    expect(await run(record('a', body))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
    expect(worked).toEqual([]);
  });

  it.each([
    ['fails', () => new Error('no')],
    ['waits', () => new RetryLater('lease', 12.3)],
  ])('given a job that %s, then it is told how old it is, however often it was received', async (_what, errorOf) => {
    const { run, times } = start(() => Promise.reject(errorOf()));

    await run(record('a', '{"n":1}', 12, '400000'));

    expect(times).toEqual([['JobAge', 600_000]]);
  });

  it.each(['1000001', '', 'x'])('given %j as when it was sent, then its age is never below zero', async (sentAt) => {
    const { run, postponed, times } = start(() => Promise.reject(new Error('no')));

    await run(record('a', '{"n":1}', 1, sentAt));

    expect(times.filter(([, ms]) => !(ms >= 0))).toEqual([]);
    expect(postponed).toEqual([['handle-a', 60]]);
  });

  it("given a queue that does not take the new time, then the message stays, and comes back by the queue's own", async () => {
    const { run, log } = start(
      () => Promise.reject(new Error('no')),
      () => Promise.reject(new Error('down')),
    );

    expect(await run(record('a', '{"n":1}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
    expect(log.lines.map(({ event }) => event)).toEqual(['job_failed', 'job_not_postponed']);
  });

  it('given a minute, then the work has to be over some seconds earlier', async () => {
    const deadlines: number[] = [];
    const { run } = start((_job, { atMs }) => {
      deadlines.push(atMs);
      return Promise.resolve();
    });

    await run(record('a', '{"n":1}'));

    expect(deadlines).toEqual([1_057_000]);
  });
});
