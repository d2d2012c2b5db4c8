import { startAwsEmulators } from './aws/emulators';
import { contractLine, type Places, placesOf } from './contract';
import { runDemo } from './demo/run-demo';
import { type EventSources, startEventSources } from './event-sources/event-sources';
import { type FunctionLog, openFunctionLog } from './function-log';
import { startApiGateway } from './gateway/api-gateway';
import { type Functions, startFunctions } from './lambda/functions';
import { startTraceDaemon, type TraceDaemon } from './lambda/trace-daemon';
import { openResources, type Resources } from './open-resources';
import type { LocalSettings } from './settings';
import { simulatedCallSettings, startSimulatedAccount, useLocalStack } from './simulated-account';
import { deployStack } from './stack/deploy-stack';
import type { DeployedStack } from './stack/deployed-stack';
import { synthesize } from './synth';

/** The whole stack, running on this machine. */
export interface LocalStack {
  /** Where API Gateway listens. */
  readonly url: string;
  readonly places: Places;
  readonly deployed: DeployedStack;
  readonly functions: Functions;
  /** What the functions told X-Ray. */
  readonly traces: Pick<TraceDaemon, 'documents' | 'refused'>;
  /** File with everything that the functions have logged. */
  readonly logFile: string;
  /** Deletes what has expired now, and delivers it to the functions that listen to that. */
  readonly sweepNow: EventSources['sweepNow'];
  /** Runs every schedule of the stack now. */
  readonly runSchedules: EventSources['runSchedules'];
  /** Plays one call; true when all went well. Does nothing when the demo is off. */
  readonly playDemo: () => Promise<boolean>;
  /** Ends everything that was started. */
  readonly close: () => Promise<void>;
}

/** The log of a run; of several on free ports each has its own. */
const logName = (port: number): string => (port === 0 ? `free-port-${process.pid}-${Date.now()}` : String(port));

/** The secrets of the template, by logical id. */
const secretValues = (settings: LocalSettings): Record<string, string> => ({
  ElevenLabsApiKey: settings.ELEVENLABS_API_KEY,
  ElevenLabsWebhookSecret: settings.ELEVENLABS_WEBHOOK_SECRET,
  ThreeCxWebhookSecret: settings.THREECX_WEBHOOK_SECRET,
  InitiationSecret: settings.INITIATION_SECRET,
  CallerHashKey: settings.CALLER_HASH_KEY,
  ...(settings.FLAT_POSTCALL_SECRET !== undefined && { FlatPostCallSecret: settings.FLAT_POSTCALL_SECRET }),
});

/**
 * Synthesizes the stack (or takes a fresh synth), deploys it on the emulators and runs its bundles behind an API
 * Gateway front. `print` gets what a person wants to see; `environment` replaces variables that the template gives to
 * functions. When one part fails to start, those that run are ended and it throws; so it does when `signal` tells it to
 * end.
 */
export const startLocalStack = async (
  settings: LocalSettings,
  print: (line: string) => void,
  signal = new AbortController().signal,
  environment: Readonly<Record<string, string>> = {},
): Promise<LocalStack> => {
  const resources = openResources();
  try {
    return await start({ settings, environment }, print, resources, signal);
  } catch (error) {
    await resources.close();
    throw error;
  }
};

interface Given {
  readonly settings: LocalSettings;
  /** Variables of functions in place of the template's. */
  readonly environment: Readonly<Record<string, string>>;
}

const start = async (
  given: Given,
  print: (line: string) => void,
  opened: Resources,
  signal: AbortSignal,
): Promise<LocalStack> => {
  const startedMs = performance.now();
  const { settings } = given;
  const { deployed, awsUrl, elevenLabsUrl, simulator, isReused } = await deploy(given, opened, signal);
  const { AWS_REGION: region, ELEVENLABS_API_KEY: elevenLabsKey } = settings;
  const log = await opened.add(openFunctionLog(logName(settings.PORT), print));
  const { traces, functions } = await runFunctions(settings, { deployed, awsUrl, onLog: log.write }, opened);
  const { sweepNow, runSchedules } = await opened.add(
    startEventSources({ deployed, functions, awsUrl, region, ...eventSettings(settings, print) }),
  );
  const { url } = await opened.add(startApiGateway({ api: deployed.api, functions, port: settings.PORT }));
  if (simulator !== undefined) useLocalStack(simulator, url, settings);
  const places = placesOf(deployed, { awsUrl, region, elevenLabsUrl, elevenLabsKey });
  print(describeSynth(isReused, performance.now() - startedMs));
  print(contractLine(places, deployed, log.file));
  const playDemo = (): Promise<boolean> => runDemo(settings, { apiUrl: url, places, logLines: log.recent, print });
  const { file: logFile } = log;
  return { url, places, deployed, functions, traces, logFile, sweepNow, runSchedules, playDemo, close: opened.close };
};

/** Synthesizes, starts what stands in for AWS and ElevenLabs, and creates the template's resources there. */
const deploy = async ({ settings, environment }: Given, opened: Resources, signal: AbortSignal) => {
  const [{ assemblyDir, isReused }, awsUrl, simulator] = await Promise.all([
    synthesize(signal),
    settings.AWS_ENDPOINT_URL ?? opened.add(startAwsEmulators()).then(({ url }) => url),
    settings.ELEVENLABS_API_BASE_URL === undefined ? opened.add(startSimulatedAccount(settings)) : undefined,
  ]);
  const elevenLabsUrl = settings.ELEVENLABS_API_BASE_URL ?? simulator?.url ?? '';
  const deployed = await deployStack({
    assemblyDir,
    awsUrl,
    region: settings.AWS_REGION,
    secretValues: secretValues(settings),
    environmentOverrides: {
      ...(simulator !== undefined && simulatedCallSettings(settings)),
      ...environment,
      ELEVENLABS_API_BASE_URL: elevenLabsUrl,
    },
  });
  return { deployed, awsUrl, elevenLabsUrl, simulator, isReused };
};

/** Makes the functions ready to be invoked, and listens to what they trace. */
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

const eventSettings = (settings: LocalSettings, print: (line: string) => void) => ({
  sweepS: settings.TTL_SWEEP_SECONDS,
  schedulesS: settings.RECONCILE_SECONDS,
  onProblem: (problem: string) => print(`  ! ${problem}`),
});

const describeSynth = (isReused: boolean, tookMs: number): string => {
  const origin = isReused ? 'from an earlier synth of the same sources' : 'freshly synthesized';
  return `The stack runs, ${origin}, after ${(tookMs / 1000).toFixed(1)} s.`;
};
