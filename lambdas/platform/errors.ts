import { type ApiErrorCode, apiErrors } from './api-errors';

/** What an error tells the sender of a request. Its code decides the status. */
export interface ErrorDetails {
  readonly code: ApiErrorCode;
  /** Measured value, limit and what to do. No personal data, no address and no secret. */
  readonly message: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfterS?: number;
  /** The conversation of the request, if it was read. */
  readonly conversationId?: string | undefined;
  /** A refusal that a stranger can cause: it alarms nobody. `unsigned`: no signature; `not_filled`: no secret yet. */
  readonly harmless?: 'unsigned' | 'not_filled';
  readonly cause?: unknown;
}

/** An error that the API answers. On 5xx the sender should retry; on 4xx the same request cannot succeed. */
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

/** 409 for a request that was signed before its caller was erased. */
export const callerErased = (conversationId?: string): ServiceError =>
  new ServiceError({
    code: 'CALLER_ERASED',
    message:
      'This caller was erased after the request was signed. ' +
      'Sign a new request if the caller agrees to be stored again.',
    conversationId,
  });

/** The AWS services whose faults are told apart. */
export type AwsService = 'DynamoDB' | 'S3' | 'SQS' | 'EventBridge';

/** An AWS service failed or did not answer. The same call may succeed later. */
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

/** A rejection handler for a call of this service. `purpose` completes the sentence "S3 could not …". */
export const unavailable =
  (service: AwsService, purpose: string) =>
  (cause: unknown): never => {
    throw new AwsUnavailable(service, purpose, cause);
  };
