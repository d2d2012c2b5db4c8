import { ServiceError } from './errors';

/** API Gateway stops waiting for a function after this time, in milliseconds. */
const integrationTimeoutMs = 29_000;

/** Time reserved for queueing a deletion and sending the response, in milliseconds. */
const reserveMs = 1_500;

/** The time by which all work on an event must be over. */
export interface Deadline {
  /** The deadline, in unix milliseconds. */
  readonly atMs: number;
  /** Returns the milliseconds left, never a negative number. */
  readonly leftMs: () => number;
}

/** Creates a deadline at a fixed time of the given clock, in unix milliseconds. */
export const deadlineAt = (atMs: number, nowMs: () => number): Deadline => ({
  atMs,
  leftMs: () => Math.max(0, atMs - nowMs()),
});

/**
 * Returns the deadline of a request. It is the function's timeout or 29 s after API Gateway received the request,
 * whichever is earlier, minus 1.5 s for the response. Ignores a request time outside the last 29 s, as in a sample
 * event.
 */
export const requestDeadline = (remainingMs: number, requestTimeEpochMs: number, nowMs: () => number): Deadline => {
  const now = nowMs();
  const gatewayEndsMs = requestTimeEpochMs + integrationTimeoutMs;
  const isRecent = requestTimeEpochMs <= now && gatewayEndsMs > now;
  return deadlineAt(Math.min(now + remainingMs, isRecent ? gatewayEndsMs : Infinity) - reserveMs, nowMs);
};

/** Time reserved for returning a job to its queue, in milliseconds. */
const workerReserveMs = 3_000;

/** Returns the deadline of a job: the worker's timeout, minus 3 s for returning the job to its queue. */
export const workDeadline = (remainingMs: number, nowMs: () => number): Deadline =>
  deadlineAt(nowMs() + remainingMs - workerReserveMs, nowMs);

/** How long after the deadline an aborted call may still report its outcome, in milliseconds. */
const abortGraceMs = 150;

/**
 * Waits for the work and returns its result. Throws 503 `TIMED_OUT` once the deadline has passed, without stopping the
 * work.
 */
export const within = <T>(deadline: Deadline, work: Promise<T>): Promise<T> =>
  atMost(deadline.leftMs() + abortGraceMs, work);

/**
 * Waits for the work and returns its result. Throws 503 `TIMED_OUT` after this many milliseconds, without stopping the
 * work.
 */
export const atMost = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timedOut()), milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

const timedOut = (): ServiceError =>
  new ServiceError({
    code: 'TIMED_OUT',
    message: 'A part of this installation did not answer in time. Send the same request again in 5 s.',
    retryAfterS: 5,
  });
