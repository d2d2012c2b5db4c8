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

/** The variables of the deployed functions, by function name. */
export type FunctionVariables = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Serves Lambda's Invoke, synchronous and asynchronous, and GetFunctionConfiguration, by function name. */
export const serveLambda =
  (functions: Pick<Functions, 'invoke'>, variables: FunctionVariables): RequestListener =>
  (request, response) => {
    answerTo(functions, variables, request).then(
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

/** Finds the function that a path names. Throws AwsError if it does not exist. */
const functionOf = (variables: FunctionVariables, { url = '' }: IncomingMessage, action: string): string => {
  const [, encoded = '', named] = /^\/2015-03-31\/functions\/([^/]+)\/(\w+)/.exec(url) ?? [];
  const name = decodeURIComponent(encoded);
  if (named === action && variables.has(name)) return name;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
};

const answerTo = async (
  functions: Pick<Functions, 'invoke'>,
  variables: FunctionVariables,
  request: IncomingMessage,
): Promise<Answer> => {
  if (request.method !== 'GET') return invoke(functions, variables, request);
  const FunctionName = functionOf(variables, request, 'configuration');
  const body = JSON.stringify({ FunctionName, Environment: { Variables: variables.get(FunctionName) } });
  return { status: 200, body };
};

const invoke = async (
  functions: Pick<Functions, 'invoke'>,
  variables: FunctionVariables,
  request: IncomingMessage,
): Promise<Answer> => {
  const name = functionOf(variables, request, 'invocations');
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
