/**
 * Maximum event and response size of a synchronous invocation, in bytes of JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PAYLOAD_BYTES = 6_291_456;

/** An invocation that the function did not complete. */
export interface InvocationError {
  readonly status: 'error';
  /**
   * `handled`: the handler threw; `timeout`: killed at the time limit; `crash`: the process ended; `init`: the function
   * never became ready.
   */
  readonly kind: 'handled' | 'timeout' | 'crash' | 'init';
  readonly errorType: string;
  readonly errorMessage: string;
  readonly requestId: string;
}

/** The result of one synchronous invocation. */
export type InvocationResult =
  | { readonly status: 'ok'; readonly payload: Buffer }
  | InvocationError
  /** All permitted instances of the function are busy: Lambda's 429 TooManyRequestsException. */
  | { readonly status: 'throttled' }
  /** The event exceeds MAX_PAYLOAD_BYTES: Lambda's 413 RequestTooLargeException. The function did not run. */
  | { readonly status: 'too_large'; readonly bytes: number };

/** The content of Lambda's REPORT line for one invocation. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /**
   * Time from the start of the process to its first request for an event. Present only with an instance's first event.
   */
  readonly initMs?: number;
  /** Peak resident memory of the process so far. Present only if the operating system reports it (Linux). */
  readonly maxMemoryMb?: number;
}
