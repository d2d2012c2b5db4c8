import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { OperationError } from '../ops/installation';
import { clockAheadMs, setClockAhead } from '../ops/shift-clock.cjs';
import type { KeptState } from './kept-state';

/** What happened the last time that time passed. */
export interface PassedTime {
  readonly ms: number;
  /** Number of items that expired and were deleted. */
  readonly expiredItems: number;
}

/** The clock of the whole stack, and what is happening to it. */
export interface ClockState {
  /** How far it is ahead of the machine's clock. */
  readonly aheadMs: number;
  /** How much of the requested time is left; 0 if no time is passing. */
  readonly leftMs: number;
  readonly passed?: PassedTime | undefined;
  /** Why time stopped to pass early. */
  readonly problem?: string | undefined;
}

/** The clock of the whole stack: functions, emulators, simulated ElevenLabs and console. */
export interface StackClock {
  readonly state: () => ClockState;
  /**
   * Moves the clock by this time, in steps. After each step, everything that is due happens, as it would have
   * meanwhile. Resolves at the end, or once it was stopped; never rejects. Throws OperationError if time is already
   * passing.
   */
  readonly letPass: (ms: number) => Promise<void>;
  /** Stops after the current step. */
  readonly stop: () => void;
  /** Returns to the machine's time. */
  readonly close: () => Promise<void>;
}

interface StackClockOptions {
  /** Tells whether no event is being processed and none is waiting. */
  readonly isAtRest: () => Promise<boolean>;
  /** Deletes expired items and delivers their records. Resolves with the number of items. */
  readonly sweepNow: () => Promise<number>;
  readonly runDueSchedules: () => Promise<void>;
  /** Called after the clock was set. */
  readonly onSet: (aheadMs: number) => void;
  readonly kept?: Pick<KeptState, 'load' | 'save'> | undefined;
  /** How long the stack may take to come to rest, in milliseconds. @default 90,000 */
  readonly restWithinMs?: number;
  /** The pause between two checks whether the stack is at rest, in milliseconds. @default 100 */
  readonly pollMs?: number;
}

const minuteMs = 60_000;
const maxSteps = 24;

/** Returns the length of a step: five minutes, or more if there would be too many steps. */
const stepOf = (ms: number): number => Math.max(5 * minuteMs, ms / maxSteps);

const keptClock = z.object({ aheadMs: z.number().min(0) });

/** Starts the clock of the stack. A kept state continues at its own time. */
export const startStackClock = (options: StackClockOptions): StackClock => {
  const step = stepper(options);
  let moving: Pick<ClockState, 'leftMs' | 'passed' | 'problem'> = { leftMs: 0 };
  let isStopped = false;
  const pass = async (ms: number): Promise<PassedTime> => {
    const stepMs = stepOf(ms);
    let expiredItems = 0;
    await untilAtRest(options);
    while (moving.leftMs > 0 && !isStopped) {
      expiredItems += await step(Math.min(stepMs, moving.leftMs));
      moving = { leftMs: Math.max(0, moving.leftMs - stepMs) };
    }
    return { ms: ms - moving.leftMs, expiredItems };
  };
  const passSafely = async (ms: number): Promise<void> => {
    try {
      moving = { leftMs: 0, passed: await pass(ms) };
    } catch (error) {
      moving = { leftMs: 0, problem: messageOf(error) };
    }
  };
  return {
    state: () => ({ aheadMs: clockAheadMs(), ...moving }),
    letPass: (ms) => {
      if (moving.leftMs > 0) throw new OperationError('refused', 'Time is already passing.');
      moving = { leftMs: ms };
      isStopped = false;
      return passSafely(ms);
    },
    stop: () => {
      isStopped = true;
    },
    close: () => {
      isStopped = true;
      setClockAhead(0);
      return Promise.resolve();
    },
  };
};

/**
 * Sets the clock to that of a kept state. Returns the step, which moves the clock and lets everything happen that is
 * due.
 */
const stepper = (options: StackClockOptions): ((ms: number) => Promise<number>) => {
  const { sweepNow, runDueSchedules, onSet, kept } = options;
  const set = (aheadMs: number): void => {
    setClockAhead(aheadMs);
    onSet(aheadMs);
  };
  const { aheadMs: keptMs = 0 } = keptClock.safeParse(kept?.load('clock')).data ?? {};
  if (keptMs > 0) set(keptMs);
  return async (ms) => {
    set(clockAheadMs() + ms);
    kept?.save('clock', { aheadMs: clockAheadMs() });
    const [expiredItems] = await Promise.all([sweepNow(), runDueSchedules()]);
    await untilAtRest(options);
    return expiredItems;
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Waits until the stack is at rest twice in a row, because an event may be on its way between two parts. */
const untilAtRest = async ({ isAtRest, restWithinMs = 90_000, pollMs = 100 }: StackClockOptions): Promise<void> => {
  const deadlineMs = performance.now() + restWithinMs;
  let wasAtRest = false;
  for (;;) {
    const isNowAtRest = await isAtRest();
    if (performance.now() > deadlineMs)
      throw new OperationError(
        'refused',
        'Time stopped, because the stack is still at work. Let it pass once that is done.',
      );
    if (wasAtRest && isNowAtRest) return;
    wasAtRest = isNowAtRest;
    await sleep(pollMs);
  }
};
