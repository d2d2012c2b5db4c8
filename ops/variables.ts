import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Installation } from './installation';

/** The environment variables of a function. */
export interface FunctionVariables {
  readonly functionName: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the deployed environment variables of every function. */
export const functionVariables = async (installation: Installation): Promise<FunctionVariables[]> => {
  const found: FunctionVariables[] = [];
  // The reads are sequential, because Lambda's control API allows few requests per second.
  for (const functionName of Object.keys(installation.functions))
    found.push({ functionName, variables: await variablesOf(installation, functionName) });
  return found;
};

/** Reads the deployed environment variables of one function, by its display name. Returns none without the function. */
export const variablesOf = async (
  { functions, clients }: Pick<Installation, 'functions' | 'clients'>,
  functionName: string,
): Promise<FunctionVariables['variables']> => {
  const name = functions[functionName]?.name;
  if (name === undefined) return {};
  const { Environment } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  return Environment?.Variables ?? {};
};
