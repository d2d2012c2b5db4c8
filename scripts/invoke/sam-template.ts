import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCloudAssembly, type Template } from '../../local/stack/cloud-assembly';
import type { DeployedFunction } from '../../local/stack/deployed-stack';
import { declaredVariables, envFileOf } from './env-file';
import type { Stage } from './open-stage';

/** The two files that SAM reads. */
export interface SamFiles {
  readonly template: string;
  readonly variables: string;
}

/** Returns the paths of the files in a folder. */
export const samFilesIn = (folder: string): SamFiles => ({
  template: join(folder, 'template.json'),
  variables: join(folder, 'env.json'),
});

/**
 * Writes what `sam local invoke` needs into a folder: a template with every function, a folder with the code of each,
 * and a file with the variables for the emulators of the stage. Replaces what it wrote there before.
 */
export const writeSamFiles = async (
  folder: string,
  assemblyDir: string,
  stage: Pick<Stage, 'deployed' | 'awsUrl'>,
): Promise<SamFiles> => {
  const { template } = await readCloudAssembly(assemblyDir);
  const files = samFilesIn(folder);
  await mkdir(folder, { recursive: true });
  for (const { id, codeDir } of stage.deployed.functions) {
    await rm(join(folder, id), { recursive: true, force: true });
    await cp(codeDir, join(folder, id), { recursive: true, filter: (path) => !path.endsWith('.map') });
  }
  await writeFile(files.template, asJson(samTemplateOf(stage.deployed.functions, template, process.arch)));
  await writeFile(files.variables, asJson(envFileOf(stage, template)));
  return files;
};

const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/**
 * Returns a SAM template with these functions and nothing else. A function's code is in the folder with its id beside
 * the template. No value is a reference, because SAM warns of each one that it cannot resolve: what refers to a
 * resource is empty here, and the file of variables fills it.
 */
export const samTemplateOf = (
  functions: readonly DeployedFunction[],
  source: Pick<Template, 'Resources'>,
  architecture: NodeJS.Architecture,
) => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Transform: 'AWS::Serverless-2016-10-31',
  Description: 'The functions of Precall, for "sam local invoke". Written by "npm run sam-template"; do not deploy it.',
  Globals: {
    // The code is the same on both. With this machine's own, Docker needs no emulation.
    Function: { Architectures: [architecture === 'arm64' ? 'arm64' : 'x86_64'] },
  },
  Resources: Object.fromEntries(functions.map((each) => [each.id, samFunctionOf(each, source)])),
});

const samFunctionOf = (
  { id, handler, runtime, timeoutS, memoryMb }: DeployedFunction,
  source: Pick<Template, 'Resources'>,
) => ({
  Type: 'AWS::Serverless::Function',
  Properties: {
    CodeUri: `${id}/`,
    Handler: handler,
    Runtime: runtime,
    Timeout: timeoutS,
    MemorySize: memoryMb,
    // SAM gives a function only variables that the template declares.
    Environment: { Variables: { ...literals(declaredVariables(source, id)), AWS_ENDPOINT_URL: '' } },
  },
});

const literals = (declared: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, typeof value === 'string' ? value : '']));
