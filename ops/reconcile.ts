import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Installation, OperationError, required } from './installation';

/** Runs reconcile now and returns what it found, by kind. Throws OperationError if any part of it failed. */
export const runReconcile = async (installation: Installation): Promise<unknown> => {
  const { name } = required(installation.functions, 'Reconcile', installation);
  const { Payload, FunctionError } = await installation.clients.lambda.send(new InvokeCommand({ FunctionName: name }));
  const text = Payload === undefined ? '' : Buffer.from(Payload).toString('utf8');
  if (FunctionError !== undefined)
    throw new OperationError('refused', `Reconcile failed: ${text}. Its log says why: precall tail --failed`);
  return text === '' ? {} : JSON.parse(text);
};
