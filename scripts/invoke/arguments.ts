import { parseFlags } from '../../cli/flags';
import { WrongUse } from '../../cli/wrong-use';

/** How the command is used. */
export const usage = `Runs one function of the synthesized stack with one event, in the way Lambda runs it.

Usage
  npm run invoke -- <function> <event.json> [flags]
  npm run invoke -- --write-env events/env.local.json

  <function>          logical id in the template or its short name: PreCallFunction, precall, clone-worker
  --env <file>        variables by function, as for "sam local invoke --env-vars"
  --template <folder> what "cdk synth" wrote, such as cdk.out; by default the stack is synthesized, or an unchanged
                      synth is reused
  --as-is             neither signs the event afresh nor sets its time to now
  --write-env <file>  writes the variables that every function gets, for --env and "sam local invoke --env-vars"

AWS_ENDPOINT_URL and ELEVENLABS_API_BASE_URL name emulators that run, such as those of "npm start"; without them the
command brings its own and ends them. The result is on stdout, the function's log on stderr.

Exit codes
  0 the function answered   1 the function failed   2 wrong use: it was not run`;

/** One function with one event. */
export interface Invocation {
  readonly functionName: string;
  readonly eventFile: string;
  /** Whether the event goes in as it stands in the file. */
  readonly isAsIs: boolean;
}

/** What is asked for. */
export interface InvokeArguments {
  /** An invocation, or the file that the functions' variables are to be written to. */
  readonly task: Invocation | { readonly writeTo: string };
  readonly envFile: string | undefined;
  readonly templateDir: string | undefined;
}

const flags = {
  env: { type: 'string' },
  template: { type: 'string' },
  'as-is': { type: 'boolean' },
  'write-env': { type: 'string' },
} as const;

/** Reads the command line. Throws WrongUse. */
export const readArguments = (args: readonly string[]): InvokeArguments => {
  const { values, positionals } = parseFlags(args, flags);
  const [functionName, eventFile, extra] = positionals;
  const { env: envFile, template: templateDir, 'write-env': writeTo, 'as-is': isAsIs = false } = values;
  if (writeTo !== undefined) {
    if (functionName !== undefined) throw new WrongUse(`--write-env runs no function. Remove ${functionName}.`);
    return { task: { writeTo }, envFile, templateDir };
  }
  if (functionName === undefined) throw new WrongUse('Pass the name of a function and the path of an event file.');
  if (eventFile === undefined) throw new WrongUse(`Pass the path of an event file for ${functionName}.`);
  if (extra !== undefined) throw new WrongUse(`Invoke a function with one event at a time. Remove ${extra}.`);
  return { task: { functionName, eventFile, isAsIs }, envFile, templateDir };
};
