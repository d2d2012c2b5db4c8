/**
 * Largest event of a synchronous invocation, in bytes of JSON; also the largest response.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PAYLOAD_BYTES = 6_291_456;

/** An invocation that the function did not complete. */
export interface InvocationError {
  readonly status: 'error';
  /**
   * `handled`: the handler threw; `timeout`: killed at its limit; `crash`: the process ended; `init`: it never got
   * ready.
   */
  readonly kind: 'handled' | 'timeout' | 'crash' | 'init';
  readonly errorType: string;
  readonly errorMessage: string;
  readonly requestId: string;
}

/** What became of one synchronous invocation. */
export type InvocationResult =
  | { readonly status: 'ok'; readonly payload: Buffer }
  | InvocationError
  /** All instances that the function may have are busy: Lambda's 429 TooManyRequestsException. */
  | { readonly status: 'throttled' }
  /** The event is over MAX_PAYLOAD_BYTES: Lambda's 413 RequestTooLargeException. The function did not run. */
  | { readonly status: 'too_large'; readonly bytes: number };

/** What Lambda writes in its REPORT line, for one invocation. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** Time from the start of the process to its first request for an event; only with the first event of an instance. */
  readonly initMs?: number;
  /** Peak resident memory of the process so far; only where the operating system tells it (Linux). */
  readonly maxMemoryMb?: number;
}
