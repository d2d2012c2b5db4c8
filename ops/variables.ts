import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Installation } from './installation';

/** The environment variables of a function. */
export interface FunctionVariables {
  readonly functionName: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The environment variables of every function, as they are deployed. */
export const functionVariables = async ({ functions, clients }: Installation): Promise<FunctionVariables[]> => {
  const found: FunctionVariables[] = [];
  // One after the other: Lambda's control API allows few requests a second.
  for (const [functionName, { name }] of Object.entries(functions)) {
    const { Environment } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    found.push({ functionName, variables: Environment?.Variables ?? {} });
  }
  return found;
};
