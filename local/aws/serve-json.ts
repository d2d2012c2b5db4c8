import type { IncomingMessage, RequestListener } from 'node:http';
import * as z from 'zod';
import { readBody } from '../lambda/read-body';
import { answerJson } from './answer-json';
import { AwsError } from './aws-error';

const maxBytes = 256 * 1024;

/** The actions of a service by name. Each converts the parsed body to the response. */
export type Actions = Readonly<Record<string, (body: unknown) => object | Promise<object>>>;

/** Serves the actions of a service in AWS's JSON protocol, with the service's own error codes. */
export const serveJson =
  (service: string, actions: Actions): RequestListener =>
  (request, response) => {
    handle(service, actions, request).then(
      (answer) => answerJson(response, 200, answer),
      (cause: unknown) => {
        const { status, code, message } = toAwsError(cause);
        answerJson(response, status, { __type: code, message });
      },
    );
  };

const handle = async (service: string, actions: Actions, request: IncomingMessage): Promise<object> => {
  const name = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) throw new AwsError('UnknownOperationException', `The local ${service} has no ${name}.`);
  const body = await readBody(request, maxBytes);
  if (body === undefined) throw new AwsError('InvalidParameterException', `The body has more than ${maxBytes} bytes.`);
  return action(JSON.parse(body.toString()));
};

/** Converts an error to the service's response. */
export const toAwsError = (cause: unknown): AwsError => {
  if (cause instanceof AwsError) return cause;
  if (cause instanceof z.ZodError) return new AwsError('InvalidParameterException', z.prettifyError(cause));
  if (cause instanceof SyntaxError) return new AwsError('SerializationException', 'The body is not JSON.');
  return new AwsError('InternalFailure', String(cause), 500);
};
