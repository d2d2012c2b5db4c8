import { type ApiErrorCode, apiErrors } from './api-errors';

/** What an error tells the sender of a request. The code determines the status. */
export interface ErrorDetails {
  readonly code: ApiErrorCode;
  /** The measured value, the limit and what to do. Contains no personal data, address or secret. */
  readonly message: string;
  /** Seconds after which the sender may retry the same request. */
  readonly retryAfterS?: number;
  /** The conversation of the request, if it was read. */
  readonly conversationId?: string | undefined;
  /**
   * Marks a rejection that a stranger can cause, which raises no alarm. `unsigned`: no signature; `not_filled`: no
   * secret yet.
   */
  readonly harmless?: 'unsigned' | 'not_filled';
  readonly cause?: unknown;
}

/** An error that the API returns. On 5xx the sender should retry; on 4xx the same request cannot succeed. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly retryAfterS: number | undefined;
  readonly conversationId: string | undefined;
  readonly harmless: ErrorDetails['harmless'];

  constructor({ code, message, retryAfterS, conversationId, harmless, cause }: ErrorDetails) {
    super(message, { cause });
    this.code = code;
    [this.status] = apiErrors[code];
    this.retryAfterS = retryAfterS;
    this.conversationId = conversationId;
    this.harmless = harmless;
  }
}

/** Creates the 409 error for a request that was signed before its caller was erased. */
export const callerErased = (conversationId?: string): ServiceError =>
  new ServiceError({
    code: 'CALLER_ERASED',
    message:
      'This caller was erased after the request was signed. ' +
      'Sign a new request if the caller agrees to be stored again.',
    conversationId,
  });

/** The AWS services whose failures are reported by name. */
export type AwsService = 'DynamoDB' | 'S3' | 'SQS' | 'EventBridge';

/** Thrown when an AWS service failed or did not answer. The same call may succeed later. */
export class AwsUnavailable extends Error {
  override readonly name = 'AwsUnavailable';

  /** `purpose` completes the sentence "S3 could not …". */
  constructor(
    readonly service: AwsService,
    readonly purpose: string,
    cause: unknown,
  ) {
    super(`${service} could not ${purpose}.`, { cause });
  }
}

/** Returns a rejection handler that throws `AwsUnavailable`. `purpose` completes the sentence "S3 could not …". */
export const unavailable =
  (service: AwsService, purpose: string) =>
  (cause: unknown): never => {
    throw new AwsUnavailable(service, purpose, cause);
  };
