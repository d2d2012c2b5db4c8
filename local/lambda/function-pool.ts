import type { DeployedFunction } from '../stack/deployed-stack';
import { FunctionInstance, type InstanceSettings } from './function-instance';
import type { InvocationResult } from './invocation-result';

/** A running instance of a function. */
export interface RunningInstance {
  readonly pid: number;
  readonly state: 'starting' | 'idle' | 'busy' | 'ended';
}

/** The instances of one function, one per parallel event, up to `maxInstances`. */
export class FunctionPool {
  readonly #fn: DeployedFunction;
  readonly #maxInstances: number;
  readonly #settings: Omit<InstanceSettings, 'onExit'>;
  /** All instances whose process still exists, including those already given up. */
  readonly #instances = new Set<FunctionInstance>();
  /** Instances without an event, the most recently used last. */
  #idle: FunctionInstance[] = [];
  #isClosed = false;

  constructor(fn: DeployedFunction, maxInstances: number, settings: Omit<InstanceSettings, 'onExit'>) {
    this.#fn = fn;
    this.#maxInstances = maxInstances;
    this.#settings = settings;
  }

  /** Passes the event to the most recently used idle instance, or to a new one. Throws after close(). */
  async invoke(event: Buffer): Promise<InvocationResult> {
    if (this.#isClosed) throw new Error(`${this.#fn.id} was invoked after the local stack was closed`);
    const instance = this.#takeIdle() ?? this.#startInstance();
    if (instance === undefined) return { status: 'throttled' };
    const result = await instance.invoke(event);
    if (instance.state !== 'ended') this.#idle.push(instance);
    return result;
  }

  /** Ends the instances that have had no event for `idleMs`. */
  endUnused(idleMs: number): void {
    for (const instance of this.#idle) if (instance.unusedMs >= idleMs) void instance.end();
    this.#idle = this.#idle.filter(isUsable);
  }

  /** Returns the current instances, except those whose process has not started yet. */
  running(): readonly RunningInstance[] {
    return [...this.#instances].flatMap(({ pid, state }) => (pid === undefined ? [] : [{ pid, state }]));
  }

  /** Kills all instances and resolves once their processes have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#instances].map((instance) => instance.end()));
  }

  #takeIdle(): FunctionInstance | undefined {
    this.#idle = this.#idle.filter(isUsable);
    return this.#idle.pop();
  }

  #startInstance(): FunctionInstance | undefined {
    if ([...this.#instances].filter(isUsable).length >= this.#maxInstances) return undefined;
    const instance = new FunctionInstance(this.#fn, {
      ...this.#settings,
      onExit: () => this.#instances.delete(instance),
    });
    this.#instances.add(instance);
    return instance;
  }
}

const isUsable = (instance: FunctionInstance): boolean => instance.state !== 'ended';
