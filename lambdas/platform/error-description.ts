import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import * as z from 'zod';
import { AwsUnavailable, ServiceError } from './errors';

/** What a log line says about an error. It omits the messages of other libraries, because they may quote anything. */
export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** Where in lambdas/ the error was created, such as `lambdas/voices/pre-call/pre-call.ts:41`. */
  readonly at?: string;
  readonly cause?: ErrorDescription;
}

const maxCauses = 3;
const sourceMap = z.object({
  version: z.number(),
  sources: z.array(z.string()),
  sourcesContent: z.array(z.string()).default([]),
  names: z.array(z.string()),
  mappings: z.string(),
  file: z.string().default(''),
  sourceRoot: z.string().default(''),
});
const coded = z.object({ code: z.string().regex(/^[\w.-]{1,64}$/) });

/**
 * Describes an error for the log: names, codes and source locations. Includes the message only of Precall's own errors.
 */
export const describeError = (error: unknown, depth = 0): ErrorDescription => {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = coded.safeParse(error).data?.code;
  const at = placeOf(error);
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    ...((error instanceof ServiceError || error instanceof AwsUnavailable) && { message: error.message }),
    ...(at !== undefined && { at }),
    ...(error.cause !== undefined && depth < maxCauses && { cause: describeError(error.cause, depth + 1) }),
  };
};

const stackFrame = /(?<file>\/[^():]+):(?<line>\d+):(?<column>\d+)/;

/** Finds the first stack frame in lambdas/. It loads the bundle's source map only when it is called. */
const placeOf = (error: Error): string | undefined => {
  const { file, line, column } = stackFrame.exec(error.stack ?? '')?.groups ?? {};
  if (file === undefined || !existsSync(`${file}.map`)) return undefined;
  try {
    const map = new SourceMap(sourceMap.parse(JSON.parse(readFileSync(`${file}.map`, 'utf8'))));
    const origin = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in origin)) return undefined;
    return `${origin.originalSource.replace(/^(\.\.\/)+/, '')}:${origin.originalLine + 1}`;
  } catch {
    return undefined;
  }
};
