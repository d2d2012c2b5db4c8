import { randomUUID } from 'node:crypto';
import { localAccountId } from '../aws/account-id';
import type { Functions } from '../lambda/functions';
import type { InvocationResult } from '../lambda/invocation-result';
import type { DeployedSchedule } from '../stack/deployed-stack';
import { pause } from './pause';

/** Returns the time of the next run after a given time. */
export type NextRun = (moment: Date) => Date;

const unitS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Returns a schedule that runs every so many seconds, counted from the last run. */
export const everySeconds =
  (intervalS: number): NextRun =>
  (moment) =>
    new Date(moment.getTime() + intervalS * 1000);

/** Parses expressions such as `rate(5 minutes)`. Throws a sentence that quotes any other expression. */
export const parseScheduleExpression = (expression: string): NextRun => {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const secondsPerUnit = unitS[unit ?? ''];
  if (secondsPerUnit !== undefined && Number(amount) > 0) return everySeconds(Number(amount) * secondsPerUnit);
  throw new Error(`The local stack supports only rate(<n> minutes|hours|days), not "${expression}".`);
};

/** Options of the schedules. */
export interface SchedulesOptions {
  readonly schedules: readonly DeployedSchedule[];
  readonly functions: Pick<Functions, 'invoke'>;
  readonly region: string;
  /** Runs all schedules at this interval, in seconds, instead of by their expressions. */
  readonly everyS?: number;
  /** Receives a sentence when a run fails. */
  readonly onProblem?: (problem: string) => void;
}

/** Running schedules. */
export interface Schedules {
  /** Runs a schedule at once, in addition to its regular runs. Throws if no schedule has that name. */
  readonly runNow: (name: string) => Promise<InvocationResult>;
  /** Runs the schedules whose time has come, as after the clock was moved. A schedule runs once, however late it is. */
  readonly runDue: () => Promise<void>;
  /** Stops the timers and waits for runs in progress. */
  readonly close: () => Promise<void>;
}

/**
 * Builds the event that EventBridge sends when a rule has no input. A run at another time than its rule's has another
 * source, so that a function that is not due yet runs all the same.
 */
const scheduledEvent = (name: string, region: string, isByRule: boolean): object => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: isByRule ? 'aws.events' : 'precall.local',
  account: localAccountId,
  time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  region,
  resources: [`arn:aws:events:${region}:${localAccountId}:rule/${name}`],
  detail: {},
});

const run = (
  schedule: DeployedSchedule,
  { functions, region }: SchedulesOptions,
  isByRule: boolean,
): Promise<InvocationResult> =>
  functions.invoke(schedule.functionId, schedule.input ?? scheduledEvent(schedule.name, region, isByRule));

const describeFailure = (result: InvocationResult): string | undefined => {
  if (result.status === 'ok') return undefined;
  return result.status === 'error' ? `${result.errorType}: ${result.errorMessage}` : result.status;
};

const runAndReport = async (schedule: DeployedSchedule, options: SchedulesOptions): Promise<void> => {
  const failure = await run(schedule, options, options.everyS === undefined).then(describeFailure, String);
  if (failure !== undefined) options.onProblem?.(`Schedule ${schedule.name} failed: ${failure}`);
};

/** Node's timers hold at most 24.8 days; longer waits are split into days. */
const longestPauseMs = 24 * 3600 * 1000;

/** A schedule with the time of its next run. */
interface Timekeeper {
  /** Runs the schedule if its time has come. */
  readonly runIfDue: () => Promise<void>;
  /** Runs the schedule at its times until the signal fires, and waits for runs in progress. */
  readonly keepTime: (signal: AbortSignal) => Promise<void>;
}

const timekeeperOf = (schedule: DeployedSchedule, nextRun: NextRun, options: SchedulesOptions): Timekeeper => {
  const running = new Set<Promise<void>>();
  let dueMs = nextRun(new Date()).getTime();
  const runIfDue = async (): Promise<void> => {
    if (Date.now() < dueMs) return;
    dueMs = nextRun(new Date()).getTime();
    const mine = runAndReport(schedule, options).finally(() => running.delete(mine));
    running.add(mine);
    await mine;
  };
  return {
    runIfDue,
    keepTime: async (signal) => {
      for (;;) {
        await pause(Math.min(Math.max(0, dueMs - Date.now()), longestPauseMs), signal);
        if (signal.aborted) break;
        void runIfDue();
      }
      await Promise.all(running);
    },
  };
};

/**
 * Invokes functions at the rates of their schedules. Runs may overlap, as on AWS. A failed run is not retried before
 * the next one. Throws if an expression is not a rate.
 */
export const startSchedules = (options: SchedulesOptions): Schedules => {
  const stop = new AbortController();
  const timekeepers = options.schedules.map((schedule) => {
    const nextRun = parseScheduleExpression(schedule.expression);
    return timekeeperOf(schedule, options.everyS === undefined ? nextRun : everySeconds(options.everyS), options);
  });
  const keeping = timekeepers.map(({ keepTime }) => keepTime(stop.signal));
  return {
    runNow: async (name) => {
      const schedule = options.schedules.find((candidate) => candidate.name === name);
      if (schedule !== undefined) return run(schedule, options, false);
      throw new Error(
        `Schedule ${name} not found. Available schedules: ${options.schedules.map((known) => known.name).join(', ')}`,
      );
    },
    runDue: async () => {
      await Promise.all(timekeepers.map(({ runIfDue }) => runIfDue()));
    },
    close: async () => {
      stop.abort();
      await Promise.all(keeping);
    },
  };
};
