import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const templateSuffix = '.template.json';

const templateSchema = z.object({
  Parameters: z
    .record(
      z.string(),
      z.object({ Type: z.string(), Default: z.union([z.string(), z.number()]).transform(String).optional() }),
    )
    .default({}),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** A CloudFormation template, as far as the local stack reads one. */
export type Template = z.infer<typeof templateSchema>;

/** The output of `cdk synth` for one stack. */
export interface CloudAssembly {
  readonly stackName: string;
  readonly template: Template;
  /** Absolute directories of zipped assets, by the object key in a function's code. */
  readonly codeDirs: ReadonlyMap<string, string>;
}

const readJson = async <Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> => {
  const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not what cdk synth writes: ${z.prettifyError(parsed.error)}`);
};

/** Reads the only stack of a cloud assembly directory. Throws if there is none, or more than one. */
export const readCloudAssembly = async (assemblyDir: string): Promise<CloudAssembly> => {
  const templates = (await readdir(assemblyDir)).filter((file) => file.endsWith(templateSuffix));
  const [file, ...others] = templates;
  if (file === undefined || others.length > 0) {
    throw new Error(
      `${assemblyDir} holds ${templates.length} stacks [${templates.join(', ')}]: synthesize exactly one`,
    );
  }
  const stackName = file.slice(0, -templateSuffix.length);
  const template = await readJson(join(assemblyDir, file), templateSchema);
  const { files } = await readJson(join(assemblyDir, `${stackName}.assets.json`), assetsSchema);
  const codeDirs = Object.values(files)
    .filter(({ source }) => source.packaging === 'zip')
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, resolve(assemblyDir, source.path)] as const),
    );
  return { stackName, template, codeDirs: new Map(codeDirs) };
};
