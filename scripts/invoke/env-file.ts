import * as z from 'zod';
import { readInput, readJsonObject } from '../../cli/read-input';
import { WrongUse } from '../../cli/wrong-use';
import type { Template } from '../../local/stack/cloud-assembly';
import { secretName } from '../../local/stack/physical-names';
import type { Stage } from './open-stage';

const variables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const envFile = z.record(z.string(), variables);

/** Variables by function; those under `Parameters` are for all. */
export type EnvFile = z.infer<typeof envFile>;

/** Reads a file of variables as `sam local invoke --env-vars` takes it. Throws WrongUse. */
export const readEnvFile = async (path: string): Promise<EnvFile> => {
  const result = envFile.safeParse(readJsonObject(path, await readInput(path)));
  if (result.success) return result.data;
  throw new WrongUse(`${path} does not hold variables by function: ${z.prettifyError(result.error)}`);
};

/** What a file says of one function. */
export const variablesOf = (file: EnvFile, functionId: string): Readonly<Record<string, string>> => ({
  ...file['Parameters'],
  ...file[functionId],
});

/** What functions are run with, and where AWS is. */
interface StoredAt extends Pick<Stage, 'awsUrl'> {
  readonly deployed: Pick<Stage['deployed'], 'secrets' | 'name'> & {
    readonly functions: readonly Pick<Stage['deployed']['functions'][number], 'id' | 'environment'>[];
  };
}

/**
 * The variables of every function that differ from what stands in the template, and the addresses of AWS and
 * ElevenLabs: another synth may have the real one. Secrets go by their names, which stay from one run to the next.
 */
export const envFileOf = ({ deployed, awsUrl }: StoredAt, template: Pick<Template, 'Resources'>): EnvFile => {
  const names = Object.entries(deployed.secrets).map(([id, arn]) => [arn, secretName(deployed.name, id)] as const);
  const nameOf = new Map(names);
  const ofFunction = (id: string, environment: Readonly<Record<string, string>>): Record<string, string> => {
    const declared = declaredVariables(template, id);
    const changed = Object.entries(environment).filter(
      ([name, value]) => name === elevenLabsAddress || declared[name] !== value,
    );
    const written = changed.map(([name, value]) => [name, nameOf.get(value) ?? value] as const);
    return { AWS_ENDPOINT_URL: awsUrl, ...Object.fromEntries(written) };
  };
  return Object.fromEntries(deployed.functions.map(({ id, environment }) => [id, ofFunction(id, environment)]));
};

const elevenLabsAddress = 'ELEVENLABS_API_BASE_URL';

const declaring = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

/** A function's variables as the template declares them, unresolved. */
export const declaredVariables = (
  { Resources }: Pick<Template, 'Resources'>,
  functionId: string,
): Readonly<Record<string, unknown>> => {
  const parsed = declaring.safeParse(Resources[functionId]?.Properties);
  return parsed.success ? parsed.data.Environment.Variables : {};
};
