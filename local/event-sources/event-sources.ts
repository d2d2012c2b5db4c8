import type { Functions } from '../lambda/functions';
import type { InvocationResult } from '../lambda/invocation-result';
import type { DeployedStack } from '../stack/deployed-stack';
import { startQueuePollers } from './queue-pollers';
import { startSchedules } from './schedules';
import { startTtlSweep } from './ttl-sweep';

/** Options of all event sources of a stack. */
export interface EventSourcesOptions {
  readonly deployed: Pick<DeployedStack, 'queueSources' | 'streamSources' | 'schedules' | 'tables'>;
  readonly functions: Pick<Functions, 'invoke' | 'close'>;
  readonly awsUrl: string;
  readonly region: string;
  /** Seconds between the end of one sweep of expired items and the next. */
  readonly sweepS: number;
  /** Runs all schedules at this interval, in seconds. @default at their own times */
  readonly schedulesS?: number | undefined;
  /** Receives a sentence about each problem, until the close. */
  readonly onProblem: (problem: string) => void;
}

/** Running event sources. */
export interface EventSources {
  /** Deletes all expired items now. Resolves with their number once their records are delivered or given up. */
  readonly sweepNow: () => Promise<number>;
  /** Runs every schedule now, in parallel. */
  readonly runSchedules: () => Promise<InvocationResult[]>;
  /** Runs the schedules whose time has come. */
  readonly runDueSchedules: () => Promise<void>;
  /** Stops the sources and the functions. Functions that are processing an event are killed. */
  readonly close: () => Promise<void>;
}

/**
 * Starts queue pollers, schedules and the sweep, as the template defines them. If any of them fails to start, stops the
 * others and throws.
 */
export const startEventSources = async (options: EventSourcesOptions): Promise<EventSources> => {
  const { deployed, functions, sweepS, schedulesS } = options;
  const { queueSources, schedules, streamSources } = deployed;
  const sources: { close: () => Promise<void> }[] = [];
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    const ended = Promise.all(sources.map((source) => source.close()));
    await functions.close();
    await ended;
  };
  const common = { ...options, onProblem: (problem: string) => isClosing || options.onProblem(problem) };
  try {
    sources.push(startQueuePollers({ ...common, queueSources }));
    const timetable = startSchedules({ ...common, schedules, ...(schedulesS !== undefined && { everyS: schedulesS }) });
    sources.push(timetable);
    const tables = Object.values(deployed.tables);
    const sweep = startTtlSweep({ ...common, tables, streamSources, everyS: sweepS });
    sources.push(sweep);
    const runSchedules = () => Promise.all(schedules.map(({ name }) => timetable.runNow(name)));
    return { sweepNow: sweep.sweepNow, runSchedules, runDueSchedules: timetable.runDue, close };
  } catch (error) {
    await close();
    throw error;
  }
};
