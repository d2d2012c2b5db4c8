import { adoptedBy } from './adopted';
import { readApi } from './api';
import { createAwsClients } from './aws-clients';
import { type CloudAssembly, readCloudAssembly } from './cloud-assembly';
import type { DeployedStack } from './deployed-stack';
import { readQueueSources } from './event-source-mappings';
import { readStreamSources } from './event-source-mappings';
import { withFunctions } from './function-references';
import { ownFunctions, readFunction } from './functions';
import { startScope } from './resolution-scope';
import { readSchedules } from './schedules';
import { skippedResources } from './skipped';
import { ensureStorage, type Storage } from './storage';
import { existingResources, mapResources, mapValues, type TemplateResource } from './template-resource';

/** What to deploy, and where. */
export interface DeployStackOptions {
  /** The output directory of `cdk synth`, with one stack. */
  readonly assemblyDir: string;
  /** Endpoint of an AWS emulator: the local stack's own, or another one. */
  readonly awsUrl: string;
  readonly region: string;
  /**
   * Values of secrets by logical id, which overwrite existing values. Secrets that are not listed stay unchanged.
   * Values of secrets that the template lacks are ignored.
   */
  readonly secretValues: Readonly<Record<string, string>>;
  /** Replaces environment variables in the functions that declare them in the template; adds none. */
  readonly environmentOverrides?: Readonly<Record<string, string>>;
}

const describeStack = async (
  { stackName, codeDirs }: CloudAssembly,
  resources: readonly TemplateResource[],
  { buckets, tables, queues, secrets, scope: storageScope }: Storage,
  overrides: Readonly<Record<string, string>>,
): Promise<DeployedStack> => {
  const scope = withFunctions(storageScope, resources);
  const functions = await mapResources(ownFunctions(resources), (resource) =>
    readFunction(resource, codeDirs, overrides, scope),
  );
  const { api, routes, responses } = await readApi(resources, functions, scope);
  const queueList = Object.values(queues);
  const queueSources = await readQueueSources(resources, functions, queueList, scope);
  const streamSources = await readStreamSources(resources, functions, Object.values(tables), queueList, scope);
  const schedules = await readSchedules(resources, functions, scope);
  const storage = [buckets, tables, queues, secrets];
  const running = [...storage, functions, routes, responses, queueSources, streamSources, schedules];
  return {
    name: stackName,
    functions: Object.values(functions),
    api,
    queueSources: Object.values(queueSources),
    streamSources: Object.values(streamSources),
    schedules: Object.values(schedules).flat(),
    buckets,
    tables: mapValues(tables, ({ table }) => table),
    queues: mapValues(queues, ({ url }) => url),
    secrets,
    skipped: skippedResources(resources, ...running),
  };
};

/**
 * Creates the template's storage on an emulator, or reuses it, and describes what runs on it. Throws a sentence that
 * names resource and property for anything that the local stack cannot resolve or do. Resource types that it does not
 * run are listed in `skipped`.
 */
export const deployStack = async (options: DeployStackOptions): Promise<DeployedStack> => {
  const { assemblyDir, awsUrl, region, secretValues, environmentOverrides = {} } = options;
  const assembly = await readCloudAssembly(assemblyDir);
  const scope = startScope(assembly, region);
  const resources = existingResources(assembly.template);
  const clients = createAwsClients(awsUrl, region);
  try {
    const adopted = adoptedBy(assembly.template);
    const storage = await ensureStorage(clients, resources, awsUrl, secretValues, adopted, scope);
    return await describeStack(assembly, resources, storage, environmentOverrides);
  } finally {
    clients.destroy();
  }
};
