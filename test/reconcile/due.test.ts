import { runIfDue } from '../../lambdas/reconcile/due';

const tick = { source: 'aws.events', 'detail-type': 'Scheduled Event' };
const minute = 60_000;

const clock = (everyMinutes: number) => {
  let [now, began]: [number, number | undefined] = [0, undefined];
  const cursor = {
    runBeganAtMs: () => Promise.resolve(began),
    recordRun: (atMs: number) => Promise.resolve(void (began = atMs)),
  };
  const askAt = async (atMinutes: number, event: unknown = tick, run = () => Promise.resolve(true)) => {
    now = atMinutes * minute;
    return (await runIfDue(event, everyMinutes * minute, { cursor, nowMs: () => now }, run)) ?? false;
  };
  /** The minutes at which a schedule that is up to half a minute late finds a run due. */
  const runs = async (untilMinutes: number): Promise<number[]> => {
    const found: number[] = [];
    for (let at = 0; at <= untilMinutes; at += 5) if (await askAt(at + (at % 2) / 2)) found.push(at);
    return found;
  };
  return { askAt, runs };
};

describe('whether reconcile is due', () => {
  it.each([
    [5, [0, 5, 10, 15]],
    [7, [0, 10, 20, 30]],
    [60, [0, 60, 120, 180]],
    [360, [0, 360, 720, 1080]],
  ])('given a run every %d minutes, then the schedule of every 5 minutes runs it so often', async (every, expected) => {
    expect((await clock(every).runs(expected.at(-1)!)).slice(0, 4)).toEqual(expected);
  });

  it('given a run by hand, then it runs at any time, and does not delay the next', async () => {
    const { askAt } = clock(60);

    expect(await askAt(0)).toBe(true);
    for (const event of [{}, null, 'by hand', { source: 'precall.local' }]) expect(await askAt(30, event)).toBe(true);
    expect(await askAt(55)).toBe(false);
    expect(await askAt(60)).toBe(true);
  });

  it('given a run that failed, then the next invocation runs it again', async () => {
    const { askAt } = clock(360);

    await expect(askAt(0, tick, () => Promise.reject(new Error('ElevenLabs is down')))).rejects.toThrow('down');
    expect(await askAt(5)).toBe(true);
    expect(await askAt(10)).toBe(false);
  });

  it('given a stage that was paused for days, then the next invocation runs it', async () => {
    const { askAt } = clock(360);

    expect(await askAt(0)).toBe(true);
    expect(await askAt(10_000)).toBe(true);
    expect(await askAt(10_005)).toBe(false);
  });
});
