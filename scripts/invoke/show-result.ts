import { type InvocationReport, type InvocationResult, MAX_PAYLOAD_BYTES } from '../../local/lambda/invocation-result';

/** How the command ends. */
export const exitCodes = { answered: 0, failed: 1, notRun: 2 } as const;

/** One of them. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where results go: `print` is stdout, `note` stderr. */
export interface Output {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
}

/** Prints what a function answered, or the error that Lambda would answer in its place. */
export const showResult = (result: InvocationResult, { print, note }: Output): ExitCode => {
  switch (result.status) {
    case 'ok':
      print(pretty(JSON.parse(result.payload.toString('utf8'))));
      return exitCodes.answered;
    case 'error': {
      const { errorType, errorMessage, requestId } = result;
      print(pretty({ errorType, errorMessage, requestId }));
      return exitCodes.failed;
    }
    case 'too_large':
      note(`The event has ${result.bytes} bytes, and Lambda takes ${MAX_PAYLOAD_BYTES}: the function was not run.`);
      return exitCodes.notRun;
    case 'throttled':
      note('The template lets no instance of this function run: the function was not run.');
      return exitCodes.notRun;
  }
};

/** One line on an invocation, as Lambda ends its log. */
export const reportLine = ({ requestId, durationMs, initMs, maxMemoryMb }: InvocationReport): string => {
  const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`;
  const memory = maxMemoryMb === undefined ? '' : `\tMax Memory Used: ${maxMemoryMb} MB`;
  return `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms${init}${memory}`;
};

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);
