import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { DeployedFunction } from '../stack/deployed-stack';
import { deferred } from './deferred';
import { functionArn, functionEnvironment, type FunctionSettings } from './function-environment';
import { describeExit, peakMemoryMb, spawnFunction } from './function-process';
import { crashed, responseTooLarge, timedOut } from './invocation-errors';
import type { InvocationError, InvocationReport, InvocationResult } from './invocation-result';
import { RuntimeApi, type ReportedError } from './runtime-api';
import { newTraceId } from './trace-id';

/** The settings of an instance, except its function. */
export interface InstanceSettings extends FunctionSettings {
  /** Time limit for loading the module, in milliseconds; Lambda allows 10,000. */
  readonly initTimeoutMs: number;
  readonly onLog: (line: string) => void;
  readonly onReport: (report: InvocationReport) => void;
  /** Called once, after the process has ended. */
  readonly onExit: () => void;
}

interface CurrentEvent {
  readonly requestId: string;
  readonly startedMs: number;
  readonly timer: NodeJS.Timeout;
  readonly settle: (result: InvocationResult) => void;
}

type InitFailure = ReportedError & Pick<InvocationError, 'kind'>;

/**
 * A process of a function, which handles one event at a time. The constructor starts it. It is killed with SIGKILL at
 * the function's timeout, or if its init exceeds `initTimeoutMs`. In that case Lambda would repeat the init during the
 * first event; the local stack reports the failure at once. The memory limit is reported, not enforced.
 */
export class FunctionInstance {
  readonly #fn: DeployedFunction;
  readonly #settings: InstanceSettings;
  readonly #startedMs = performance.now();
  readonly #api: RuntimeApi;
  readonly #ready = deferred<InitFailure | undefined>();
  readonly #exited = deferred<undefined>();
  readonly #initTimer: NodeJS.Timeout;
  #child: ChildProcess | undefined;
  #state: 'starting' | 'idle' | 'busy' | 'ended' = 'starting';
  #current: CurrentEvent | undefined;
  #initMs: number | undefined;
  #lastUsedMs = performance.now();

  constructor(fn: DeployedFunction, settings: InstanceSettings) {
    this.#fn = fn;
    this.#settings = settings;
    this.#api = new RuntimeApi({
      onReady: () => this.#becomeReady(),
      onInitError: (error) => this.#failInit(error),
      onResponse: (requestId, payload) => this.#finish(requestId, payload),
      onError: (requestId, error) => this.#finishWithError(requestId, error),
    });
    this.#initTimer = setTimeout(() => {
      const limitS = settings.initTimeoutMs / 1000;
      this.#failInit({ errorType: 'Sandbox.Timedout', errorMessage: `Init of ${fn.id} took longer than ${limitS} s` });
    }, settings.initTimeoutMs);
    this.#start().catch((error: unknown) => {
      this.#failInit({ errorType: 'Runtime.StartError', errorMessage: String(error) });
      this.#leave();
    });
  }

  /** Process id; undefined until the process has started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** `ended` from the moment the instance is given up, even if its process takes a moment longer. */
  get state(): 'starting' | 'idle' | 'busy' | 'ended' {
    return this.#state;
  }

  /** Milliseconds since the last event, or since the start. */
  get unusedMs(): number {
    return performance.now() - this.#lastUsedMs;
  }

  /** Processes one event, given as JSON. Resolves when the function responded, failed, timed out or died. */
  async invoke(event: Buffer): Promise<InvocationResult> {
    const requestId = randomUUID();
    const failure = await this.#ready.promise;
    if (failure !== undefined) return { status: 'error', requestId, ...failure };
    if (this.#state === 'ended') return crashed(requestId, 'The instance ended before the event reached it');
    this.#state = 'busy';
    const { promise, resolve } = deferred<InvocationResult>();
    const timeoutMs = this.#fn.timeoutS * 1000;
    const timer = setTimeout(() => this.#timeOut(), timeoutMs);
    this.#current = { requestId, startedMs: performance.now(), timer, settle: resolve };
    const arn = functionArn(this.#fn.id, this.#settings.region);
    this.#api.deliver({
      requestId,
      functionArn: arn,
      deadlineMs: Date.now() + timeoutMs,
      traceId: newTraceId(),
      body: event,
    });
    return promise;
  }

  /** Kills the process; its current event fails as a crash. Resolves once the process has ended. */
  async end(): Promise<void> {
    this.#state = 'ended';
    this.#child?.kill('SIGKILL');
    await this.#exited.promise;
  }

  async #start(): Promise<void> {
    const address = await this.#api.listen();
    if (this.#state === 'ended') {
      this.#leave();
      return;
    }
    const environment = functionEnvironment(this.#fn, this.#settings, address);
    const child = spawnFunction(this.#fn.codeDir, environment, this.#settings.onLog);
    this.#child = child;
    child.on('error', (error) => {
      this.#failInit({ errorType: 'Runtime.StartError', errorMessage: `${this.#fn.codeDir}: ${error.message}` });
      this.#leave();
    });
    child.on('exit', (code, signal) => this.#explainExit(describeExit(code, signal)));
  }

  #becomeReady(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'idle';
    clearTimeout(this.#initTimer);
    this.#initMs = performance.now() - this.#startedMs;
    this.#ready.resolve(undefined);
  }

  #failInit(error: ReportedError): void {
    this.#ready.resolve({ ...error, kind: 'init' });
    void this.end();
  }

  #explainExit(reason: string): void {
    this.#ready.resolve({ kind: 'init', errorType: 'Runtime.ExitError', errorMessage: reason });
    const requestId = this.#current?.requestId;
    if (requestId !== undefined) this.#settle(crashed(requestId, reason));
    this.#leave();
  }

  #leave(): void {
    this.#state = 'ended';
    clearTimeout(this.#initTimer);
    const errorMessage = `${this.#fn.id} was ended before it was ready`;
    this.#ready.resolve({ kind: 'init', errorType: 'Runtime.ExitError', errorMessage });
    this.#api.close();
    this.#exited.resolve(undefined);
    this.#settings.onExit();
  }

  #finish(requestId: string, payload: Buffer | undefined): void {
    if (requestId !== this.#current?.requestId) return;
    this.#settle(payload === undefined ? responseTooLarge(requestId) : { status: 'ok', payload });
  }

  #finishWithError(requestId: string, { errorType, errorMessage }: ReportedError): void {
    if (requestId !== this.#current?.requestId) return;
    // The runtime exits after its own errors.
    const isFatal = errorType.startsWith('Runtime.');
    if (isFatal) void this.end();
    this.#settle({ status: 'error', kind: isFatal ? 'crash' : 'handled', errorType, errorMessage, requestId });
  }

  #timeOut(): void {
    const requestId = this.#current?.requestId;
    if (requestId === undefined) return;
    void this.end();
    this.#settle(timedOut(requestId, this.#fn.timeoutS));
  }

  #settle(result: InvocationResult): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    clearTimeout(current.timer);
    if (this.#state === 'busy') this.#state = 'idle';
    this.#lastUsedMs = performance.now();
    this.#report(current);
    current.settle(result);
  }

  #report({ requestId, startedMs }: CurrentEvent): void {
    const maxMemoryMb = this.pid === undefined ? undefined : peakMemoryMb(this.pid);
    const initMs = this.#initMs;
    this.#initMs = undefined;
    this.#settings.onReport({
      requestId,
      durationMs: performance.now() - startedMs,
      ...(initMs === undefined ? {} : { initMs }),
      ...(maxMemoryMb === undefined ? {} : { maxMemoryMb }),
    });
  }
}
