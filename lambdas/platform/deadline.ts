import { ServiceError } from './errors';

/** API Gateway stops waiting for a function after this time, in milliseconds. */
const integrationTimeoutMs = 29_000;

/** Reserved for queueing a deletion and for the answer, in milliseconds. */
const reserveMs = 1_500;

/** The time by which all work on an event must be over. */
export interface Deadline {
  /** Unix milliseconds. */
  readonly atMs: number;
  /** Milliseconds left, never negative. */
  readonly leftMs: () => number;
}

/** A deadline at a fixed time of the given clock, in unix milliseconds. */
export const deadlineAt = (atMs: number, nowMs: () => number): Deadline => ({
  atMs,
  leftMs: () => Math.max(0, atMs - nowMs()),
});

/**
 * The earlier of two times, less 1.5 s for the answer: when the function times out, and 29 s after API Gateway received
 * the request. A request time that is not of the last 29 s, as in a sample event, is ignored.
 */
export const requestDeadline = (remainingMs: number, requestTimeEpochMs: number, nowMs: () => number): Deadline => {
  const now = nowMs();
  const gatewayEndsMs = requestTimeEpochMs + integrationTimeoutMs;
  const isRecent = requestTimeEpochMs <= now && gatewayEndsMs > now;
  return deadlineAt(Math.min(now + remainingMs, isRecent ? gatewayEndsMs : Infinity) - reserveMs, nowMs);
};

/** Reserved for putting a job back into its queue, in milliseconds. */
const workerReserveMs = 3_000;

/** When a worker times out, less 3 s for putting its job back into the queue. */
export const workDeadline = (remainingMs: number, nowMs: () => number): Deadline =>
  deadlineAt(nowMs() + remainingMs - workerReserveMs, nowMs);

/** How long after the deadline a call that it aborted may still report its outcome, in milliseconds. */
const abortGraceMs = 150;

/** The result of the work. Throws 503 `TIMED_OUT` once the deadline has passed; the work is not stopped by that. */
export const within = <T>(deadline: Deadline, work: Promise<T>): Promise<T> =>
  atMost(deadline.leftMs() + abortGraceMs, work);

/** The result of the work. Throws 503 `TIMED_OUT` after this many milliseconds; the work is not stopped by that. */
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
