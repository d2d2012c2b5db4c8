import type { Functions } from '../lambda/functions';
import type { InvocationResult } from '../lambda/invocation-result';
import type { DeployedStack } from '../stack/deployed-stack';
import { startQueuePollers } from './queue-pollers';
import { startSchedules } from './schedules';
import { startTtlSweep } from './ttl-sweep';

/** Settings of all event sources of a stack. */
export interface EventSourcesOptions {
  readonly deployed: Pick<DeployedStack, 'queueSources' | 'streamSources' | 'schedules' | 'tables'>;
  readonly functions: Pick<Functions, 'invoke' | 'close'>;
  readonly awsUrl: string;
  readonly region: string;
  /** Seconds from the end of one sweep of expired items to the next. */
  readonly sweepS: number;
  /** Runs all schedules every so many seconds. @default at their own times */
  readonly schedulesS?: number | undefined;
  /** Receives a sentence about what went wrong, until the close. */
  readonly onProblem: (problem: string) => void;
}

/** Running event sources. */
export interface EventSources {
  /** Deletes what has expired now; resolves with the number of items when their records are delivered or given up. */
  readonly sweepNow: () => Promise<number>;
  /** Runs every schedule now, all at the same time. */
  readonly runSchedules: () => Promise<InvocationResult[]>;
  /** Ends the sources, and with them the functions: one that works on an event is killed instead of waited for. */
  readonly close: () => Promise<void>;
}

/**
 * Starts queue pollers, schedules and the sweep, as the template defines them. When one of them cannot start, throws
 * and stops the others.
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
    return { sweepNow: sweep.sweepNow, runSchedules, close };
  } catch (error) {
    await close();
    throw error;
  }
};
