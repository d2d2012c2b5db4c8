import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AwsError } from '../aws/aws-error';
import { toAwsError } from '../aws/serve-json';
import type { Functions } from '../lambda/functions';
import { MAX_PAYLOAD_BYTES } from '../lambda/invocation-result';
import { readBody } from '../lambda/read-body';

interface Answer {
  readonly status: number;
  readonly body: Buffer | string;
  /** Whether the function itself failed. */
  readonly failed?: boolean;
}

/** Lambda's Invoke, synchronous and asynchronous, by the functions' names. */
export const serveInvocations =
  (functions: Pick<Functions, 'invoke'>, functionIds: ReadonlySet<string>): RequestListener =>
  (request, response) => {
    invoke(functions, functionIds, request).then(
      (answer) => send(response, answer),
      (cause: unknown) => {
        const { status, code, message } = toAwsError(cause);
        response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
        response.end(JSON.stringify({ Type: 'User', Message: message }));
      },
    );
  };

const send = (response: ServerResponse, { status, body, failed = false }: Answer): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amz-executed-version': '$LATEST',
    ...(failed && { 'x-amz-function-error': 'Unhandled' }),
  });
  response.end(body);
};

const invoke = async (
  functions: Pick<Functions, 'invoke'>,
  functionIds: ReadonlySet<string>,
  request: IncomingMessage,
): Promise<Answer> => {
  const name = decodeURIComponent(/^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1] ?? '');
  if (!functionIds.has(name)) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
  const body = await readBody(request, MAX_PAYLOAD_BYTES);
  if (body === undefined) throw new AwsError('RequestTooLargeException', 'The payload is too large.', 413);
  const event: unknown = body.length === 0 ? {} : JSON.parse(body.toString());
  const running = functions.invoke(name, event);
  if (request.headers['x-amz-invocation-type'] === 'Event') {
    void running.catch(() => undefined);
    return { status: 202, body: '' };
  }
  const result = await running;
  switch (result.status) {
    case 'ok':
      return { status: 200, body: result.payload };
    case 'throttled':
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    case 'too_large':
      throw new AwsError('RequestTooLargeException', 'The payload is too large.', 413);
    case 'error': {
      const { errorType, errorMessage } = result;
      return { status: 200, body: JSON.stringify({ errorType, errorMessage }), failed: true };
    }
  }
};
