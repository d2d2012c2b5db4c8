import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type AwsService, AwsUnavailable, ServiceError } from './errors';
import { bytesOf } from './json';

/** Returns the value of a header, or undefined if it is absent. The name is case-insensitive. */
export const header = (
  { headers }: { readonly headers: APIGatewayProxyEvent['headers'] | null },
  name: string,
): string | undefined => Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

/** Returns the exact bytes of the body as the sender sent them. */
export const rawBody = ({ body, isBase64Encoded }: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>): Buffer =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64') : bytesOf(body ?? '');

/** Creates a JSON response. */
export const answer = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

/**
 * Converts any thrown value to the error that the API returns. An AWS error becomes a 503, an unexpected error a 500
 * without details.
 */
export const asServiceError = (error: unknown): ServiceError => {
  if (error instanceof ServiceError) return error;
  return error instanceof AwsUnavailable ? serviceUnavailable(error) : internalError(error);
};

/** Creates an error response in the API's only error format. `conversationId` is null if the body was not read. */
export const errorAnswer = (error: ServiceError, conversationId: string | null): APIGatewayProxyResult =>
  answer(
    error.status,
    {
      status: 'error',
      error_code: error.code,
      error_message: error.message,
      conversation_id: error.conversationId ?? conversationId,
    },
    error.retryAfterS === undefined ? {} : { 'Retry-After': String(error.retryAfterS) },
  );

const publicNames: Readonly<Record<AwsService, string>> = {
  DynamoDB: 'The database',
  S3: 'The storage',
  SQS: 'The job queue',
  EventBridge: 'The event bus',
};

const serviceUnavailable = (error: AwsUnavailable): ServiceError =>
  new ServiceError({
    code: 'SERVICE_UNAVAILABLE',
    message: `${publicNames[error.service]} is not available at the moment. Send the same request again in 5 s.`,
    retryAfterS: 5,
    cause: error,
  });

const internalError = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'INTERNAL_ERROR',
    message:
      'An internal error occurred. Send the same request again. ' +
      'If it fails again, tell the operator the time of the request.',
    cause,
  });
