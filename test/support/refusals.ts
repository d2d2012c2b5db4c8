import type { ServiceError } from '../../lambdas/platform/errors';
import type { Fault } from './elevenlabs';

/** The error that the work ends with; the test fails when it does not. */
export const failure = async (work: Promise<unknown>): Promise<ServiceError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => error as ServiceError,
  );

/** A scripted refusal of ElevenLabs, in its new shape. */
export const refusal = (code: string, status = 400, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  headers,
  body: { detail: { type: 'x', code, status: code, message: 'm' } },
});
