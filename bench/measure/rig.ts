import { readdirSync, readFileSync } from 'node:fs';
import { startAwsEmulators } from '../../local/aws/emulators';
import { type ElevenLabsSimulator, startElevenLabs } from '../../local/elevenlabs/elevenlabs-simulator';
import { type Functions, startFunctions } from '../../local/lambda/functions';
import { deployStack } from '../../local/stack/deploy-stack';
import type { DeployedFunction, DeployedStack } from '../../local/stack/deployed-stack';
import { type Relay, startRelay } from './relay';

/** The secrets of every measured stack. */
export const secrets = {
  ElevenLabsApiKey: 'sk_bench',
  ElevenLabsWebhookSecret: 'wsec_bench',
  ThreeCxWebhookSecret: 'wsec_3cx',
  InitiationSecret: 'wsec_initiation',
  CallerHashKey: 'a-key-of-32-characters-for-bench',
};

/** Agents of the simulated account. Calls take turns, so that they do not supersede each other. */
export const agentIds = Array.from({ length: 32 }, (_, index) => `agent_bench_${index}`);

const region = 'eu-central-1';

/** What one call cost. */
export interface Cost {
  readonly wallMs: number;
  /** CPU time of the function's process, with all its threads. */
  readonly cpuMs: number;
}

/** A deployed stack with its own emulators, ready to be measured. */
export interface Rig {
  readonly name: string;
  readonly deployed: DeployedStack;
  readonly functions: Functions;
  readonly aws: Relay;
  readonly elevenLabs: Relay;
  readonly simulator: ElevenLabsSimulator;
  readonly awsUrl: string;
  readonly close: () => Promise<void>;
}

/** Returns the function without the local cache of compiled code, which Lambda does not have. */
export const asOnLambda = (fn: DeployedFunction): DeployedFunction => ({
  ...fn,
  environment: { ...fn.environment, NODE_DISABLE_COMPILE_CACHE: '1' },
});

/** Deploys a cloud assembly on emulators of its own, and adds the given functions to it. */
export const startRig = async (
  name: string,
  assemblyDir: string,
  peers: (urls: {
    readonly elevenLabs: string;
    readonly stack: DeployedStack;
  }) => readonly DeployedFunction[] = () => [],
): Promise<Rig> => {
  const emulators = await startAwsEmulators();
  const agents = agentIds.map((agentId) => ({ agentId, voiceId: 'ownVoice1', firstMessage: 'Hello' }));
  const settings = { latencyMs: 0, voiceLimit: 1_000_000, maxVoiceAddEdits: 1_000_000 };
  const simulator = await startElevenLabs({ apiKey: secrets.ElevenLabsApiKey, agents, settings });
  const [aws, elevenLabs] = await Promise.all([startRelay(emulators.url), startRelay(simulator.url)]);
  const deployed = await deployStack({
    assemblyDir,
    awsUrl: aws.url,
    region,
    secretValues: secrets,
    environmentOverrides: { ELEVENLABS_API_BASE_URL: elevenLabs.url },
  });
  const functions = await startFunctions({
    functions: [...deployed.functions, ...peers({ elevenLabs: elevenLabs.url, stack: deployed })].map(asOnLambda),
    awsUrl: aws.url,
    region,
    maxInstances: 16,
  });
  const close = async (): Promise<void> => {
    await functions.close();
    await Promise.all([aws.close(), elevenLabs.close()]);
    await Promise.all([emulators.close(), simulator.close()]);
  };
  return { name, deployed, functions, aws, elevenLabs, simulator, awsUrl: aws.url, close };
};

/** Returns the CPU time of a process in milliseconds, over all threads that still exist. */
export const cpuOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((sum, task) => sum + cpuOfThread(`/proc/${pid}/task/${task}`), 0);

const cpuOfThread = (path: string): number => {
  try {
    const [ns] = readFileSync(`${path}/schedstat`, 'utf8').split(' ');
    return Number(ns) / 1e6;
  } catch {
    // The thread has ended since it was listed.
    return 0;
  }
};

/** Returns the CPU time of all instances of a function, in milliseconds. */
export const cpuOfAll = (functions: Functions, id: string): number =>
  functions.instances(id).reduce((sum, { pid }) => sum + cpuOf(pid), 0);

/** Invokes a function with all events at once. Returns the cost of each call; the CPU time is their mean. */
export const invokeAll = async (
  functions: Functions,
  id: string,
  events: readonly object[],
  isOk: (payload: string) => boolean = (payload) => payload.includes('"statusCode":200'),
): Promise<Cost[]> => {
  const before = cpuOfAll(functions, id);
  const wallMs = await Promise.all(
    events.map(async (event) => {
      const startedMs = performance.now();
      const result = await functions.invoke(id, event);
      const tookMs = performance.now() - startedMs;
      const payload = result.status === 'ok' ? result.payload.toString() : JSON.stringify(result);
      if (result.status !== 'ok' || !isOk(payload)) throw new Error(`${id}: ${payload.slice(0, 500)}`);
      return tookMs;
    }),
  );
  const cpuMs = (cpuOfAll(functions, id) - before) / events.length;
  return wallMs.map((each) => ({ wallMs: each, cpuMs }));
};
