import { startFunctions, type Functions, type FunctionsOptions } from '../../../local/lambda/functions';
import type { InvocationResult } from '../../../local/lambda/invocation-result';
import type { DeployedFunction } from '../../../local/stack/deployed-stack';

/** Starts one function against no emulator in particular. */
export const startOne = (fn: DeployedFunction, options: Partial<FunctionsOptions> = {}): Promise<Functions> =>
  startFunctions({ functions: [fn], awsUrl: 'http://127.0.0.1:4566', region: 'eu-central-1', ...options });

/** What the handler returned; throws when it did not. */
export const answerOf = (result: InvocationResult): unknown => {
  if (result.status !== 'ok') throw new Error(JSON.stringify(result));
  return JSON.parse(result.payload.toString());
};
