import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { ServiceError } from './errors';

/** The value of a header, whatever its case; undefined when it is absent. */
export const header = (
  { headers }: { readonly headers: APIGatewayProxyEvent['headers'] | null },
  name: string,
): string | undefined => Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];

/** The exact bytes of the body as the sender sent them. */
export const rawBody = ({ body, isBase64Encoded }: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

/** A JSON answer. */
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
 * The one error shape of the API. An error that was not thrown on purpose is a 500 that says nothing; `conversationId`
 * is null where the body was not read.
 */
export const errorAnswer = (error: unknown, conversationId: string | null): APIGatewayProxyResult => {
  const known = error instanceof ServiceError ? error : unexpected;
  return answer(
    known.status,
    {
      status: 'error',
      error_code: known.code,
      error_message: known.message,
      conversation_id: known.conversationId ?? conversationId,
    },
    known.retryAfterS === undefined ? {} : { 'Retry-After': String(known.retryAfterS) },
  );
};

const unexpected = new ServiceError({
  code: 'INTERNAL_ERROR',
  message:
    'Something went wrong on our side. Send the same request again; if it keeps failing, tell the operator its time.',
});
