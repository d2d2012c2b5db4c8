import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type CloudAssembly, readCloudAssembly } from '../../local/stack/cloud-assembly';
import { resolveValue } from '../../local/stack/intrinsics';
import { type ResolutionScope, startScope } from '../../local/stack/resolution-scope';
import { existingResources, ofType, type TemplateResource } from '../../local/stack/template-resource';
import { type AwsCli, awsCli } from './aws-cli';
import { bootstrap, zipAssets } from './bootstrap';
import { attributesOfAll, type CreatedResource, describeResources } from './created-resources';
import { describeBack } from './describe-back';
import { leftOutTypes, removedTypes } from './moto-lacks';
import { openMoto } from './moto-server';
import type { MotoStack } from './moto-stack';
import { pruneTemplate, type PrunedTemplate, rawTemplate } from './prune-template';
import { countBy, type Outcome } from './report';
import { makeSecrets, makeThroughApi } from './through-api';

/** What is created, and where. */
export interface CreateInMotoOptions {
  /** Directory that `cdk synth` wrote, with one stack in it. */
  readonly assemblyDir: string;
  /** A moto that runs; without one, one is started and ended. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly signal: AbortSignal;
}

/**
 * Creates the template in moto as CloudFormation does in an account, and describes it back. Throws what kept it from being created; what
 * differs from the template is in the outcome.
 */
export const createInMoto = async ({
  assemblyDir,
  endpoint,
  region,
  signal,
}: CreateInMotoOptions): Promise<Outcome> => {
  const assembly = await readCloudAssembly(assemblyDir);
  const moto = await openMoto(endpoint, signal);
  const workDir = await mkdtemp(join(tmpdir(), 'precall-moto-'));
  try {
    const cli = awsCli({ endpoint: moto.endpoint, region }, signal);
    return await create({ assembly, assemblyDir, cli, endpoint: moto.endpoint, region, workDir, signal });
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await moto.close();
  }
};

interface Work extends Omit<CreateInMotoOptions, 'endpoint'> {
  readonly assembly: CloudAssembly;
  readonly cli: AwsCli;
  readonly endpoint: string;
  /** Where what is uploaded is put together. */
  readonly workDir: string;
}

const create = async (work: Work): Promise<Outcome> => {
  const { assembly, cli, region, endpoint } = work;
  const { stackName } = assembly;
  const account = identity.parse(await cli.call('sts', 'get-caller-identity')).Account;
  const bare = startScope(assembly, region);
  const scope = { ...bare, pseudoParameters: { ...bare.pseudoParameters, 'AWS::AccountId': account } };
  const all = existingResources(assembly.template);
  const made = all.filter(({ type }) => !leftOutTypes.has(type));
  const secrets = await makeSecrets(cli, stackName, ofType(all, 'AWS::SecretsManager::Secret'));
  const standIns = { ...secrets, ...stageNames(all) };
  const pruned = pruneTemplate(await readTemplate(work), { removedTypes, standIns });
  const { status, created, zipBytes } = await createStack(work, scope, pruned);
  const referable = { ...(await attributesOfAll(cli, created, { account, region })), ...refs(standIns) };
  const resources = made.map((resource) => resolved(resource, { ...scope, resources: referable }));
  const stack: MotoStack = { cli, endpoint, name: stackName, resources, zipBytes, physicalId: idIn(referable) };
  const throughApi = await makeThroughApi(stack);
  return {
    stackName,
    status,
    inTemplate: countBy(all.map(({ type }) => type)),
    askedOfCloudFormation: countBy(all.filter(({ type }) => !removedTypes.has(type)).map(({ type }) => type)),
    // What it does not know it lists without a type.
    byCloudFormation: countBy(created.map(({ type }) => type).filter((type) => type !== '')),
    throughApi: { ...throughApi, 'AWS::SecretsManager::Secret': Object.keys(secrets).length },
    lostOutputs: pruned.lostOutputs,
    comparisons: await describeBack(stack),
  };
};

const identity = z.object({ Account: z.string() });

const readTemplate = async ({ assemblyDir, assembly }: Work): ReturnType<typeof rawTemplate.parseAsync> =>
  rawTemplate.parse(JSON.parse(await readFile(join(assemblyDir, `${assembly.stackName}.template.json`), 'utf8')));

const stageNames = (all: readonly TemplateResource[]): Record<string, string> =>
  Object.fromEntries(
    ofType(all, 'AWS::ApiGateway::Stage').map(({ id, properties }) => [id, String(properties['StageName'])]),
  );

const refs = (standIns: Readonly<Record<string, string>>): Record<string, { Ref: string }> =>
  Object.fromEntries(Object.entries(standIns).map(([id, Ref]) => [id, { Ref }]));

const resolved = ({ id, type, properties }: TemplateResource, scope: ResolutionScope): TemplateResource => ({
  id,
  type,
  properties: z.record(z.string(), z.unknown()).parse(resolveValue(scope, properties, id)),
});

const idIn =
  (resources: ResolutionScope['resources']) =>
  (id: string): string => {
    const physicalId = resources[id]?.['Ref'];
    if (physicalId === undefined || physicalId === '') throw new Error(`${id} was not created.`);
    return physicalId;
  };

interface Created {
  readonly status: string;
  readonly created: readonly CreatedResource[];
  readonly zipBytes: ReadonlyMap<string, number>;
}

const templateName = 'template.json';

/** Uploads assets and template to the bucket that the bootstrap makes, and creates the stack from there: the template is too large for the request. */
const createStack = async (work: Work, scope: ResolutionScope, { template }: PrunedTemplate): Promise<Created> => {
  const { assembly, cli, region, workDir, signal } = work;
  const { stackName: StackName, codeDirs } = assembly;
  const bucket = assetBucket(work, scope);
  await bootstrap(cli, bucket, region);
  const zipBytes = await zipAssets(codeDirs, workDir, signal);
  await writeFile(join(workDir, templateName), JSON.stringify(template));
  await cli.upload(workDir, bucket);
  const TemplateURL = `https://${bucket}.s3.${region}.amazonaws.com/${templateName}`;
  await cli.call('cloudformation', 'create-stack', { StackName, TemplateURL, Capabilities: ['CAPABILITY_IAM'] });
  const status = await finalStatus(cli, StackName, signal);
  return { status, created: await describeResources(cli, StackName), zipBytes };
};

/** The bucket that the functions' code is in, as the template has it. */
const assetBucket = ({ assembly }: Work, scope: ResolutionScope): string => {
  const [fn] = ofType(existingResources(assembly.template), 'AWS::Lambda::Function');
  if (fn === undefined) throw new Error(`${assembly.stackName} has no function.`);
  return codeBucket.parse(resolveValue(scope, fn.properties['Code'], `${fn.id}.Code`)).S3Bucket;
};

const codeBucket = z.object({ S3Bucket: z.string() });
const stacks = z.object({ Stacks: z.tuple([z.looseObject({ StackStatus: z.string() })]) });

const finalStatus = async (cli: AwsCli, StackName: string, signal: AbortSignal): Promise<string> => {
  for (;;) {
    const { Stacks } = stacks.parse(await cli.call('cloudformation', 'describe-stacks', { StackName }));
    const [{ StackStatus }] = Stacks;
    if (!StackStatus.endsWith('_IN_PROGRESS')) return StackStatus;
    await sleep(500, undefined, { signal });
  }
};
