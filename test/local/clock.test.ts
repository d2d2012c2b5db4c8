import { type StackClock, startStackClock } from '../../local/clock';
import { startSchedules } from '../../local/event-sources/schedules';
import { setClockAhead } from '../../ops/shift-clock.cjs';
import { answerOf, startOne } from './lambda/start-one';
import { temporaryFunction } from './lambda/temporary-function';

const minuteMs = 60_000;
const realNow = (): number => performance.timeOrigin + performance.now();
const aheadMs = (): number => Date.now() - realNow();

let clock: StackClock | undefined;
afterEach(() => {
  setClockAhead(0);
  clock = undefined;
});

type Options = Parameters<typeof startStackClock>[0];

const start = (options: Partial<Options> = {}): StackClock => {
  clock = startStackClock({
    isAtRest: () => Promise.resolve(true),
    sweepNow: () => Promise.resolve(0),
    runDueSchedules: () => Promise.resolve(),
    onSet: () => undefined,
    pollMs: 0,
    ...options,
  });
  return clock;
};

describe('the clock of the local stack', () => {
  it.each([
    [15, 3],
    [60, 12],
    [1_440, 24],
  ])('given %i minutes that pass, then what is due happens after each of %i steps', async (minutes, steps) => {
    const sweptAt: number[] = [];
    const ranAt: number[] = [];
    const { letPass, state } = start({
      sweepNow: () => Promise.resolve(sweptAt.push(aheadMs()) === 2 ? 5 : 0),
      runDueSchedules: () => Promise.resolve(void ranAt.push(aheadMs())),
    });

    await letPass(minutes * minuteMs);

    const expected = Array.from({ length: steps }, (_, step) => ((step + 1) * minutes * minuteMs) / steps);
    expect(sweptAt).toHaveLength(steps);
    sweptAt.forEach((at, step) => expect(at).toBeCloseTo(expected[step]!, -4));
    expect(ranAt).toHaveLength(steps);
    const ms = minutes * minuteMs;
    expect(state()).toEqual({ aheadMs: ms, leftMs: 0, passed: { ms, expiredItems: 5 } });
    expect(new Date().getTime()).toBeGreaterThan(realNow() + ms - minuteMs);
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date()).toBeInstanceOf(Date);
  });

  it('given a stack at work, then time stands still until it rests, and other requests for time are refused', async () => {
    const looks = [false, true, false];
    const seen: number[] = [];
    const { letPass } = start({
      isAtRest: () => {
        seen.push(aheadMs());
        return Promise.resolve(looks.shift() ?? true);
      },
    });

    const passing = letPass(15 * minuteMs);
    expect(() => letPass(15 * minuteMs)).toThrow('Time is already passing.');
    await passing;

    // Three looks, and two at rest in a row, before the first step.
    expect(seen.filter((ms) => ms < minuteMs)).toHaveLength(5);
  });

  it('given a stack that never rests, then no time passes, and a later request is heard', async () => {
    const { letPass, state } = start({ isAtRest: () => Promise.resolve(false), restWithinMs: 0 });

    for (let attempt = 0; attempt < 2; attempt++) {
      await letPass(15 * minuteMs);
      expect(state()).toEqual({ aheadMs: 0, leftMs: 0, problem: expect.stringContaining('still at work') });
    }
  });

  it('given a stop while time passes, then the step is the last', async () => {
    const sweepNow = (): Promise<number> => {
      stop();
      return Promise.resolve(1);
    };
    const { letPass, state, stop } = start({ sweepNow });

    await letPass(60 * minuteMs);

    const ms = 5 * minuteMs;
    expect(state()).toEqual({ aheadMs: ms, leftMs: 0, passed: { ms, expiredItems: 1 } });
  });

  it('given a kept state, then its time goes on', async () => {
    const saved = new Map<string, object>();
    const told: number[] = [];
    const kept = {
      load: (part: string) => saved.get(part),
      save: (part: string, state: object) => saved.set(part, state),
    };
    const first = start({ kept });
    await first.letPass(15 * minuteMs);
    await first.close();
    expect(Math.abs(aheadMs())).toBeLessThan(minuteMs);

    const second = start({ kept, onSet: (ms) => told.push(ms) });

    expect(second.state().aheadMs).toBe(15 * minuteMs);
    expect(told).toEqual([15 * minuteMs]);
  });
});

it('given a clock ahead, then functions have its time from the next event on, also where they kept Date.now', async () => {
  const source = `const kept = Date.now; const loaded = Date.now();
    exports.handler = async (_event, context) => [Date.now(), new Date().getTime(), kept(), loaded, context.getRemainingTimeInMillis()];`;
  const functions = await startOne(temporaryFunction(source));
  const times = async (): Promise<number[]> => answerOf(await functions.invoke('Subject', {})) as number[];
  try {
    const before = await times();
    setClockAhead(60 * minuteMs);
    const after = await times();

    for (const index of [0, 1, 2]) {
      expect(Math.abs(before[index]! - realNow())).toBeLessThan(minuteMs);
      expect(Math.abs(after[index]! - Date.now())).toBeLessThan(minuteMs);
    }
    expect(after[4]).toBeGreaterThan(0);
    expect(after[4]).toBeLessThan(10 * minuteMs);
  } finally {
    await functions.close();
  }
});

it('given a clock that was moved, then a schedule whose time has come runs once, and others do not', async () => {
  const ran: string[] = [];
  const functions = {
    invoke: (id: string) => Promise.resolve({ status: 'ok' as const, payload: Buffer.from(`${ran.push(id)}`) }),
  };
  const schedules = startSchedules({
    schedules: [
      { functionId: 'Hourly', name: 'hourly', expression: 'rate(1 hour)' },
      { functionId: 'Daily', name: 'daily', expression: 'rate(1 day)' },
    ],
    functions,
    region: 'eu-central-1',
  });
  try {
    await schedules.runDue();
    expect(ran).toEqual([]);
    setClockAhead(180 * minuteMs);
    await schedules.runDue();
    await schedules.runDue();
    expect(ran).toEqual(['Hourly']);
  } finally {
    await schedules.close();
  }
});
