import { MAX_PAYLOAD_BYTES, type InvocationError } from './invocation-result';

/** Creates the error of a process that ended during the event. */
export const crashed = (requestId: string, reason: string): InvocationError => ({
  status: 'error',
  kind: 'crash',
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: ${reason}`,
  requestId,
});

/** Creates the error of a process that was killed at the function's timeout. */
export const timedOut = (requestId: string, timeoutS: number): InvocationError => ({
  status: 'error',
  kind: 'timeout',
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutS.toFixed(2)} seconds`,
  requestId,
});

/** Creates the error of a result larger than MAX_PAYLOAD_BYTES. */
export const responseTooLarge = (requestId: string): InvocationError => ({
  status: 'error',
  kind: 'handled',
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
  requestId,
});
