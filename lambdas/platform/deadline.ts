import { ServiceError } from './errors';

/** API Gateway gives up on an integration after this many milliseconds. */
const integrationTimeoutMs = 29_000;

/** Kept back for queueing a deletion and answering, in milliseconds. */
const reserveMs = 1_500;

/** The moment, in unix milliseconds, by which all work of an event has to be over. */
export interface Deadline {
  readonly atMs: number;
  /** Milliseconds left, never negative. */
  readonly leftMs: () => number;
}

/** A deadline at a fixed moment on the given clock. */
export const deadlineAt = (atMs: number, nowMs: () => number): Deadline => ({
  atMs,
  leftMs: () => Math.max(0, atMs - nowMs()),
});

/**
 * min(remaining time of the function, API Gateway's 29 s since it took the request) less 1.5 s for the answer. A request
 * time that is not of the last 29 s (a sample event's) is passed over.
 */
export const requestDeadline = (remainingMs: number, requestTimeEpochMs: number, nowMs: () => number): Deadline => {
  const now = nowMs();
  const gatewayEndsMs = requestTimeEpochMs + integrationTimeoutMs;
  const isRecent = requestTimeEpochMs <= now && gatewayEndsMs > now;
  return deadlineAt(Math.min(now + remainingMs, isRecent ? gatewayEndsMs : Infinity) - reserveMs, nowMs);
};

/** Kept back of a worker's time for putting its job back, in milliseconds. */
const workerReserveMs = 3_000;

/** The remaining time of a function that nobody waits for, less what it needs to put its job back. */
export const workDeadline = (remainingMs: number, nowMs: () => number): Deadline =>
  deadlineAt(nowMs() + remainingMs - workerReserveMs, nowMs);

/** A call that is aborted at the deadline itself gets this long, in milliseconds, to say what became of it. */
const abortGraceMs = 150;

/** The result of the work, or 503 `TIMED_OUT` once the deadline has passed: what still hangs then counts as crashed. */
export const within = <T>(deadline: Deadline, work: Promise<T>): Promise<T> =>
  atMost(deadline.leftMs() + abortGraceMs, work);

/** The result of the work, or 503 `TIMED_OUT` after so many milliseconds. */
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
    message: 'A part of this installation did not answer in time. Nothing is lost: send the same request again.',
    retryAfterS: 5,
  });
