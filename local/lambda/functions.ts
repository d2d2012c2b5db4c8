import type { DeployedFunction } from '../stack/deployed-stack';
import type { FunctionSettings } from './function-environment';
import { FunctionPool, type RunningInstance } from './function-pool';
import { MAX_PAYLOAD_BYTES, type InvocationReport, type InvocationResult } from './invocation-result';

/** Options of all functions of a stack. */
export interface FunctionsOptions extends FunctionSettings {
  readonly functions: readonly DeployedFunction[];
  /** Maximum number of instances per function, unless its reserved concurrency is lower. @default 10 */
  readonly maxInstances?: number;
  /** Receives the functions' output, line by line. */
  readonly onLog?: (functionId: string, line: string) => void;
  /** Receives the duration of each invocation. */
  readonly onReport?: (functionId: string, report: InvocationReport) => void;
  /** Time after which an unused instance is ended, in milliseconds. @default 300,000 */
  readonly idleMs?: number;
}

/** The functions of the stack, ready to be invoked. */
export interface Functions {
  /**
   * Invokes a function synchronously. A function error is returned as a result; throws only if the id is unknown or the
   * stack is closed.
   */
  readonly invoke: (functionId: string, event: unknown) => Promise<InvocationResult>;
  /** Returns the number of events that are being processed. */
  readonly busy: () => number;
  /** Returns the current processes of a function. */
  readonly instances: (functionId: string) => readonly RunningInstance[];
  /** Kills all processes and resolves once they have ended. */
  readonly close: () => Promise<void>;
}

const DEFAULT_MAX_INSTANCES = 10;
const DEFAULT_IDLE_MS = 5 * 60_000;
const INIT_TIMEOUT_MS = 10_000;

const createPool = (fn: DeployedFunction, options: FunctionsOptions): FunctionPool => {
  const maxInstances = options.maxInstances ?? DEFAULT_MAX_INSTANCES;
  return new FunctionPool(fn, Math.min(maxInstances, fn.reservedConcurrency ?? maxInstances), {
    awsUrl: options.awsUrl,
    region: options.region,
    traceDaemon: options.traceDaemon,
    initTimeoutMs: INIT_TIMEOUT_MS,
    onLog: (line) => options.onLog?.(fn.id, line),
    onReport: (report) => options.onReport?.(fn.id, report),
  });
};

/** Makes the functions invocable. Processes start with the first events. */
export const startFunctions = (options: FunctionsOptions): Promise<Functions> => {
  const pools = new Map(options.functions.map((fn) => [fn.id, createPool(fn, options)]));
  const poolOf = (functionId: string): FunctionPool => {
    const pool = pools.get(functionId);
    if (pool === undefined)
      throw new Error(`Function ${functionId} not found. Available functions: ${[...pools.keys()].join(', ')}`);
    return pool;
  };
  const idleMs = options.idleMs ?? DEFAULT_IDLE_MS;
  const reaper = setInterval(() => pools.forEach((pool) => pool.endUnused(idleMs)), Math.min(idleMs, 30_000)).unref();
  let busy = 0;
  return Promise.resolve({
    invoke: async (functionId, event) => {
      const payload = Buffer.from(JSON.stringify(event));
      const pool = poolOf(functionId);
      if (payload.length > MAX_PAYLOAD_BYTES) return { status: 'too_large', bytes: payload.length };
      busy += 1;
      return pool.invoke(payload).finally(() => (busy -= 1));
    },
    busy: () => busy,
    instances: (functionId) => poolOf(functionId).running(),
    close: async () => {
      clearInterval(reaper);
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  });
};
