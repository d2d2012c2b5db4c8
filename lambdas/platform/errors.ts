import { type ApiErrorCode, apiErrors } from './api-errors';

/** What an error tells the caller of our API; its code decides the status. */
export interface ErrorDetails {
  readonly code: ApiErrorCode;
  /** Measured value, limit and what to do; no personal data, no vendor address, no secret. */
  readonly message: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfterS?: number;
  /** The conversation that it concerns, as far as it was read. */
  readonly conversationId?: string | undefined;
  readonly cause?: unknown;
}

/** Everything that is thrown on purpose. 5xx means that the sender should try again, 4xx that it need not. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly retryAfterS: number | undefined;
  readonly conversationId: string | undefined;

  constructor({ code, message, retryAfterS, conversationId, cause }: ErrorDetails) {
    super(message, { cause });
    this.code = code;
    [this.status] = apiErrors[code];
    this.retryAfterS = retryAfterS;
    this.conversationId = conversationId;
  }
}

/** 409 for a request that an erasure made void. */
export const callerErased = (conversationId?: string): ServiceError =>
  new ServiceError({
    code: 'CALLER_ERASED',
    message:
      'This caller was erased after the request was signed. Sign a new request if the caller wishes to be known again.',
    conversationId,
  });

/** 503 for a part of ours that does not answer: the sender tries again. */
export const unavailable = (what: string, cause: unknown): ServiceError =>
  new ServiceError({
    code: 'SERVICE_UNAVAILABLE',
    message: `${what} is not available at the moment. Nothing is lost: send the same request again.`,
    retryAfterS: 5,
    cause,
  });
