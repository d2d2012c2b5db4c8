import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Installation } from './installation';

/** The environment variables of a function. */
export interface FunctionVariables {
  readonly functionName: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the deployed environment variables of every function. */
export const functionVariables = async ({ functions, clients }: Installation): Promise<FunctionVariables[]> => {
  const found: FunctionVariables[] = [];
  // The reads are sequential, because Lambda's control API allows few requests per second.
  for (const [functionName, { name }] of Object.entries(functions)) {
    const { Environment } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    found.push({ functionName, variables: Environment?.Variables ?? {} });
  }
  return found;
};
