import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { type Clients, createClients } from './clients';
import { type Installation, type InstalledFunction, OperationError } from './installation';
import { isAlive } from './is-alive';

const texts = z.record(z.string(), z.string());

/** The contents of `.local/running/<port>.json`. */
export const running = z.object({
  pid: z.number().int(),
  url: z.string(),
  port: z.number(),
  name: z.string(),
  operations: z.string(),
  aws: z.string(),
  elevenlabs: z.string(),
  region: z.string(),
  bucket: z.string(),
  table: z.string(),
  queues: texts,
  secrets: texts,
  functions: z.array(z.string()),
  /** The address of the stack's console. */
  console: z.string().optional(),
  /** How far the stack's clock is ahead of the machine's. */
  clockAheadMs: z.number().optional(),
});

const runningFolder = join(__dirname, '..', '.local', 'running');

/**
 * Finds the local stack that is ready on this port. If there is none and `isGuess` says that the port is only a
 * default, returns the only running stack. Throws OperationError if no stack matches.
 */
export const findLocal = (port: number, isGuess: boolean, folder = runningFolder): Installation =>
  localInstallation(findRunning(port, isGuess, folder));

/** Finds the description of a local stack, by the rules of `findLocal`. Throws OperationError if no stack matches. */
export const findRunning = (port: number, isGuess: boolean, folder = runningFolder): z.infer<typeof running> => {
  const stacks = runningStacks(folder);
  const found = stacks.find((stack) => stack.port === port) ?? (isGuess && stacks.length === 1 ? stacks[0] : undefined);
  if (found !== undefined) return found;
  const others = stacks.map((stack) => stack.port).sort((a, b) => a - b);
  throw new OperationError(
    'unreachable',
    others.length === 0
      ? `No local stack is ready on port ${port}. Start one with "npm start", or name a deployed stage with --stage.`
      : `No local stack is ready on port ${port}; there is one on ${others.join(' and on ')}. Name it with --port.`,
  );
};

const runningStacks = (folder: string): z.infer<typeof running>[] => {
  const names = z.array(z.string()).catch([]).parse(listFolder(folder));
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const stack = readRunning(join(folder, name));
      return stack !== undefined && isAlive(stack.pid) ? [stack] : [];
    });
};

const listFolder = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const readRunning = (path: string): z.infer<typeof running> | undefined => {
  try {
    return running.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
};

/** Creates the installation of a local stack from the stack's own description. */
export const localInstallation = (stack: Omit<z.infer<typeof running>, 'pid' | 'name'>): Installation => ({
  title: `the local stack on port ${stack.port}`,
  isLocal: true,
  consoleUrl: stack.console,
  clockAheadMs: stack.clockAheadMs,
  apiUrl: stack.url,
  elevenLabsUrl: stack.elevenlabs,
  table: stack.table,
  bucket: stack.bucket,
  queues: stack.queues,
  secrets: stack.secrets,
  functions: Object.fromEntries(stack.functions.map((id) => [shortName(id), { name: id, logGroup: id }])),
  alarmPrefix: '',
  clients: createClients({
    region: stack.region,
    emulator: { stores: stack.aws, operations: stack.operations },
  }),
});

const shortName = (logicalId: string): string => logicalId.replace(/Function$/, '');

/** A deployed stage, and the credentials to reach it. */
export interface StageOptions {
  readonly stage: string;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Finds the installation of a stage by the outputs and resources of its stack. Throws OperationError if the account has
 * no such stack in this region, and AWS errors unchanged.
 */
export const findStage = async ({ stage, profile, region }: StageOptions): Promise<Installation> => {
  const clients = createClients({ profile, region });
  const name = `Precall-${stage}`;
  const outputs = await outputsOf(clients, name);
  const apiUrl = await apiUrlOf(clients, name, outputs);
  const resources = await resourcesOf(clients, name);
  const byType = (type: string): Record<string, string> =>
    Object.fromEntries(resources.filter((each) => each.type === type).map(({ id, physicalId }) => [id, physicalId]));
  return {
    title: name,
    isLocal: false,
    stage,
    apiUrl,
    elevenLabsUrl: outputs['ElevenLabsUrl'],
    table: outputs['TableName'] ?? byType('AWS::DynamoDB::Table')['LedgerTable'] ?? '',
    bucket: outputs['BucketName'] ?? Object.values(byType('AWS::S3::Bucket'))[0] ?? '',
    queues: byType('AWS::SQS::Queue'),
    secrets: { ...byType('AWS::SecretsManager::Secret'), ...namedSecrets(outputs) },
    functions: functionsOf(byType('AWS::Lambda::Function'), byType('AWS::Logs::LogGroup')),
    alarmPrefix: `${name}-`,
    clients,
  };
};

const outputsOf = async ({ cloudFormation }: Clients, StackName: string): Promise<Record<string, string>> => {
  const { Stacks = [] } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName }))
    .catch((error: unknown) => {
      if (error instanceof Error && /does not exist/.test(error.message)) return { Stacks: [] };
      throw error;
    });
  const outputs = Stacks[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
};

const apiUrlOf = async (clients: Clients, name: string, { ApiUrl }: Record<string, string>): Promise<string> => {
  if (ApiUrl !== undefined) return ApiUrl.replace(/\/+$/, '');
  const region = await clients.cloudFormation.config.region();
  throw new OperationError(
    'not_found',
    `There is no stack ${name} in ${region}. Check --stage, --region and --profile, or deploy it.`,
  );
};

/** Finds secrets supplied by the operator. The stack has no resources for them, only outputs. */
const namedSecrets = (outputs: Record<string, string>): Record<string, string> => {
  const secrets = Object.entries(outputs).filter(
    ([key, value]) => key.endsWith('Arn') && value.includes(':secretsmanager:'),
  );
  return Object.fromEntries(secrets.map(([key, value]) => [key.replace(/Arn$/, ''), value]));
};

const resourcesOf = async ({ cloudFormation: client }: Clients, StackName: string) => {
  const resources = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const {
      LogicalResourceId: id = '',
      PhysicalResourceId: physicalId = '',
      ResourceType: type = '',
    } of StackResourceSummaries)
      resources.push({ id, physicalId, type });
  }
  return resources;
};

const functionsOf = (
  functions: Readonly<Record<string, string>>,
  logGroups: Readonly<Record<string, string>>,
): Record<string, InstalledFunction> => {
  const own = Object.entries(functions).filter(([id]) => id.endsWith('Function'));
  return Object.fromEntries(
    own.map(([id, name]) => [shortName(id), { name, logGroup: logGroups[`${id}Logs`] ?? `/aws/lambda/${name}` }]),
  );
};
