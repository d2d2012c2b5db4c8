import { watchRest } from './at-rest';
import { type StackClock, startStackClock } from './clock';
import { localConsole } from './console';
import { contractLine, contractOf, type Places, placesOf } from './contract';
import { runDemo } from './demo/run-demo';
import { deploy, type Deployment } from './deploy';
import { type EventSources, startEventSources } from './event-sources/event-sources';
import { type Front, openFront } from './front';
import { type FunctionLog, type FunctionLogOptions, openFunctionLog } from './function-log';
import { apiListener } from './gateway/api-gateway';
import { type KeptState, keptState } from './kept-state';
import { type Functions, startFunctions } from './lambda/functions';
import { startTraceDaemon, type TraceDaemon } from './lambda/trace-daemon';
import { openResources, type Resources } from './open-resources';
import { type Operations, startOperations } from './operations/operations';
import { type RunningFile, writeRunningFile } from './running-file';
import type { LocalSettings } from './settings';
import { keepSimulator, useLocalStack } from './simulated-account';
import type { DeployedStack } from './stack/deployed-stack';
import { readableLines } from './terminal';

/** The whole stack, running on this machine. */
export interface LocalStack {
  /** The URL of the API Gateway server. */
  readonly url: string;
  /** The address of the console, with its token. */
  readonly consoleUrl: string;
  readonly places: Places;
  readonly deployed: DeployedStack;
  readonly functions: Functions;
  /** The traces that the functions sent to X-Ray. */
  readonly traces: Pick<TraceDaemon, 'documents' | 'refused'>;
  /** File with everything that the functions logged, except their metrics. */
  readonly logFile: string;
  /** File with the functions' metrics. */
  readonly metricsFile: string;
  /** Deletes expired items now, and delivers their records to the functions that subscribe to them. */
  readonly sweepNow: EventSources['sweepNow'];
  /** Runs every schedule of the stack now. */
  readonly runSchedules: EventSources['runSchedules'];
  /** Plays one call. Resolves with true if everything went well. Does nothing if the demo is off. */
  readonly playDemo: () => Promise<boolean>;
  /** Stops everything that was started. */
  readonly close: () => Promise<void>;
}

/** Returns the name of a run's log. Each stack on a free port has its own. */
const logName = (port: number): string => (port === 0 ? `free-port-${process.pid}-${Date.now()}` : String(port));

/** How to run a stack. */
export interface StartMode {
  /** Whether to keep the state for the next start on the same port. @default false */
  readonly keep?: boolean;
  /** Whether to print the functions' log lines unchanged. @default false: readable lines */
  readonly json?: boolean;
}

/**
 * Opens the port and synthesizes the stack, or reuses a current synth. Deploys it on the emulators and runs its bundles
 * behind an API Gateway server. `print` receives lines for a person; `environment` replaces variables that the template
 * gives to functions. If a part fails to start or `signal` fires, stops everything and throws.
 */
export const startLocalStack = async (
  settings: LocalSettings,
  print: (line: string) => void,
  signal = new AbortController().signal,
  environment: Readonly<Record<string, string>> = {},
  mode: StartMode = {},
): Promise<LocalStack> => {
  const resources = openResources();
  try {
    return await start({ settings, print, signal, environment, mode }, resources);
  } catch (error) {
    await resources.close();
    throw error;
  }
};

interface StartRequest {
  readonly settings: LocalSettings;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string>>;
  readonly mode: StartMode;
}

const start = async (request: StartRequest, opened: Resources): Promise<LocalStack> => {
  const startedMs = performance.now();
  const { settings, print, mode } = request;
  const front = await opened.add(openFront(settings.PORT));
  const kept = mode.keep === true ? keptState(front.port) : undefined;
  const wasKept = kept?.load('elevenlabs') !== undefined;
  const deployment = await deploy({ ...request, kept }, opened);
  const { deployed, awsUrl, elevenLabsUrl, simulator } = deployment;
  const { AWS_REGION: region, ELEVENLABS_API_KEY: elevenLabsKey } = settings;
  const { url } = front;
  const webPage = await opened.add(
    localConsole(url, () => ({ about, controls: { simulatorUrl: simulator?.url, sweepNow, clock } })),
  );
  const onEvent = eventPrinter(mode, print, webPage.touch);
  const log = await opened.add(openFunctionLog(logName(settings.PORT), { keeps: kept !== undefined, onEvent }));
  const { traces, functions } = await runFunctions(settings, { deployed, awsUrl, onLog: log.write }, opened);
  const { sweepNow, runSchedules, runDueSchedules } = await opened.add(
    startEventSources({ deployed, functions, awsUrl, region, ...eventSettings(settings, print) }),
  );
  if (simulator !== undefined) useLocalStack(simulator, front.url, wasKept ? undefined : settings);
  if (simulator !== undefined && kept !== undefined) await opened.add(keepSimulator(simulator, kept));
  const operations = await opened.add(startOperations({ ...deployment, functions, logPath: log.path }));
  const places = placesOf(deployed, { awsUrl, region, elevenLabsUrl, elevenLabsKey });
  print(describeSynth(deployment.isReused, performance.now() - startedMs));
  print(contractLine(places, deployed, log.file));
  if (wasKept) print('Voices, callers, calls and secrets are those of the run before. No call is played.');
  const about = aboutStack(contractOf(places, deployed, log.file), front, deployed, operations);
  const describe = (clockAheadMs: number): RunningFile =>
    writeRunningFile(front.port, { ...about, console: webPage.address, clockAheadMs });
  await opened.add(describe(0));
  const due = { sweepNow, runDueSchedules };
  const clock = await movableClock({ ...deployment, ...due, functions, region, kept, onSet: describe }, opened);
  front.serve(webPage.inFrontOf(apiListener({ api: deployed.api, functions, onRefused: refusalPrinter(print) })));
  const playDemo = (): Promise<boolean> =>
    wasKept ? Promise.resolve(true) : runDemo(settings, { apiUrl: url, places, logLines: log.recent, print });
  const { file: logFile, metricsFile } = log;
  const { close } = opened;
  const reached = { url, consoleUrl: webPage.address, places, deployed, functions, traces };
  return { ...reached, logFile, metricsFile, sweepNow, runSchedules, playDemo, close };
};

/** Builds the description by which `npx precall` finds the stack. */
const aboutStack = (
  contract: ReturnType<typeof contractOf>,
  { url, port }: Front,
  { name, functions }: DeployedStack,
  operations: Operations,
) => ({
  url,
  port,
  name,
  operations: operations.url,
  functions: functions.map(({ id }) => id),
  ...contract,
});

/** Prints the functions' log lines, unchanged or readable, and notifies the console. */
const eventPrinter = (
  { json = false }: StartMode,
  print: (line: string) => void,
  touch: () => void,
): FunctionLogOptions['onEvent'] => {
  const readable = readableLines();
  return (functionId, event, line) => {
    touch();
    const printed = json ? `${functionId} ${line}` : readable(event);
    if (printed !== undefined) print(printed);
  };
};

const refusalPrinter =
  (print: (line: string) => void) =>
  ({ method, path, status }: { method: string; path: string; status: number }): void => {
    const time = new Date().toISOString().slice(11, 19);
    print(`! ${time}  ${'gateway'.padEnd(15)} ${method} ${path} ${status}, without a function's answer`);
  };

/** Makes the functions invocable, and listens for their traces. */
const runFunctions = async (
  { AWS_REGION: region, LOCAL_MAX_INSTANCES: maxInstances }: LocalSettings,
  { deployed, awsUrl, onLog }: { deployed: DeployedStack; awsUrl: string; onLog: FunctionLog['write'] },
  opened: Resources,
) => {
  const traces = await opened.add(startTraceDaemon());
  const traceDaemon = traces.address;
  const { functions } = deployed;
  return {
    traces,
    functions: await opened.add(startFunctions({ functions, awsUrl, region, maxInstances, traceDaemon, onLog })),
  };
};

interface ClockParts extends Deployment, Pick<EventSources, 'sweepNow' | 'runDueSchedules'> {
  readonly functions: Functions;
  readonly region: string;
  readonly kept: KeptState | undefined;
  readonly onSet: (aheadMs: number) => void;
}

/** Starts the stack's clock. Returns undefined if emulators or an ElevenLabs of other processes keep their own time. */
const movableClock = async (parts: ClockParts, opened: Resources): Promise<StackClock | undefined> => {
  const { simulator, aws } = parts;
  if (simulator === undefined || aws === undefined) return undefined;
  const { isAtRest } = await opened.add(watchRest({ ...parts, simulator }));
  return opened.add(startStackClock({ ...parts, isAtRest }));
};

const eventSettings = (settings: LocalSettings, print: (line: string) => void) => ({
  sweepS: settings.TTL_SWEEP_SECONDS,
  schedulesS: settings.RECONCILE_SECONDS,
  onProblem: (problem: string) => print(`  ! ${problem}`),
});

const describeSynth = (isReused: boolean, tookMs: number): string => {
  const origin = isReused ? 'from an earlier synth of the same sources' : 'freshly synthesized';
  return `The stack runs, ${origin}, after ${(tookMs / 1000).toFixed(1)} s.`;
};
