import { readInput, readJsonObject } from '../../cli/read-input';
import { WrongUse } from '../../cli/wrong-use';
import type { LocalSettings } from '../../local/settings';
import { type CloudAssembly, readCloudAssembly, type Template } from '../../local/stack/cloud-assembly';
import { synthesize } from '../../local/synth';
import { type Invocation, readArguments, usage } from './arguments';
import { type EnvFile, readEnvFile, variablesOf } from './env-file';
import { findFunction, functionIds } from './find-function';
import { openStage } from './open-stage';
import { renewEvent } from './renew-event';
import { type ExitCode, exitCodes, type Output, reportLine, showResult } from './show-result';
import { writeEnv } from './write-env';

/** What the command meets where it is called, and what ends it early. */
export interface InvokeSurroundings extends Output {
  readonly settings: LocalSettings;
  readonly signal: AbortSignal;
}

/**
 * Runs the command. Wrong use ends in a sentence; throws what else kept the function from being run, and AbortError.
 */
export const runInvoke = async (args: readonly string[], surroundings: InvokeSurroundings): Promise<ExitCode> => {
  if (args.includes('--help')) {
    surroundings.print(usage);
    return exitCodes.answered;
  }
  try {
    return await carryOut(args, surroundings);
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    surroundings.note(error.message);
    return exitCodes.notRun;
  }
};

const carryOut = async (args: readonly string[], surroundings: InvokeSurroundings): Promise<ExitCode> => {
  const { task, envFile, templateDir } = readArguments(args);
  const variables = envFile === undefined ? {} : await readEnvFile(envFile);
  const assemblyDir = templateDir ?? (await synthesize(surroundings.signal)).assemblyDir;
  const { template } = await readAssembly(assemblyDir);
  if ('functionName' in task) return invoke(task, { assemblyDir, template, variables }, surroundings);
  await writeEnv(task.writeTo, { assemblyDir, template }, surroundings.settings);
  surroundings.note(`${task.writeTo} holds the variables of ${functionIds(template).length} functions.`);
  return exitCodes.answered;
};

const readAssembly = async (assemblyDir: string): Promise<CloudAssembly> => {
  try {
    return await readCloudAssembly(assemblyDir);
  } catch (error) {
    throw new WrongUse(`${assemblyDir} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** What is run, and with which variables. */
interface Source {
  readonly assemblyDir: string;
  readonly template: Template;
  readonly variables: EnvFile;
}

const invoke = async (
  { functionName, eventFile, isAsIs }: Invocation,
  { assemblyDir, template, variables }: Source,
  surroundings: InvokeSurroundings,
): Promise<ExitCode> => {
  const functionId = findFunction(functionName, functionIds(template));
  const event = readJsonObject(eventFile, await readInput(eventFile));
  const environment = variablesOf(variables, functionId);
  const stage = await openStage({
    assemblyDir,
    settings: { ...surroundings.settings, ...endpointsIn(environment) },
    environment,
    onLog: (_id, line) => surroundings.note(line),
    onReport: (_id, report) => surroundings.note(reportLine(report)),
  });
  try {
    const given = isAsIs ? event : renewEvent(event, stage.secrets, new Date());
    return showResult(
      await Promise.race([stage.invoke(functionId, given), aborted(surroundings.signal)]),
      surroundings,
    );
  } finally {
    await stage.close();
  }
};

/** A file of variables that names emulators means those, whatever the environment says. */
const endpointsIn = ({
  AWS_ENDPOINT_URL,
  ELEVENLABS_API_BASE_URL,
}: Readonly<Record<string, string>>): Partial<LocalSettings> => ({
  ...(AWS_ENDPOINT_URL !== undefined && { AWS_ENDPOINT_URL }),
  ...(ELEVENLABS_API_BASE_URL !== undefined && { ELEVENLABS_API_BASE_URL }),
});

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = (): void => reject(new DOMException('The invocation was ended.', 'AbortError'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
