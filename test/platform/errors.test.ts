import * as z from 'zod';
import { describeError } from '../../lambdas/platform/error-description';
import { AwsUnavailable, ServiceError } from '../../lambdas/platform/errors';
import { asServiceError, errorAnswer } from '../../lambdas/platform/http';

const personal = 'Ivan +31600000000 https://api.elevenlabs.io sk_secret';

describe('describeError', () => {
  it('given a foreign error, when described, then its name and code are told, never its message or stack', () => {
    const error = Object.assign(new TypeError(personal), { code: 'ECONNRESET' });

    expect(describeError(error)).toEqual({ name: 'TypeError', code: 'ECONNRESET' });
  });

  it('given an error of ours with causes, when described, then our message and the chain of names are told', () => {
    const cause = new Error('b', { cause: new RangeError(personal) });
    const error = new ServiceError({ code: 'SERVICE_UNAVAILABLE', message: 'ours', cause });

    expect(describeError(error)).toEqual({
      name: 'ServiceError',
      code: 'SERVICE_UNAVAILABLE',
      message: 'ours',
      cause: { name: 'Error', cause: { name: 'RangeError' } },
    });
  });

  it('given a fault of AWS, when described, then the service and the purpose are told, not what it said', () => {
    const error = new AwsUnavailable('S3', 'store an object', new Error(personal));

    expect(describeError(error)).toEqual({
      name: 'AwsUnavailable',
      message: 'S3 could not store an object.',
      cause: { name: 'Error' },
    });
  });

  it.each([
    ['a text', personal, { name: 'string' }],
    ['a code that quotes something', Object.assign(new Error('x'), { code: personal }), { name: 'Error' }],
    ['a schema error', z.object({ a: z.string() }).safeParse({ a: 5 }).error, { name: 'ZodError' }],
  ])('given %s, when described, then nothing of it leaks', (_given, error, description) => {
    expect(describeError(error)).toEqual(description);
  });

  it('given an endless chain of causes, when described, then it ends', () => {
    const error = new Error('x');
    error.cause = error;

    expect(JSON.stringify(describeError(error)).length).toBeLessThan(300);
  });
});

describe('errorAnswer', () => {
  it('given an error that was not thrown on purpose, when answered, then it is a 500 that says nothing of it', () => {
    const { statusCode, body } = errorAnswer(asServiceError(new TypeError(personal)), 'conv_1');

    expect(statusCode).toBe(500);
    expect(JSON.parse(body)).toEqual({
      status: 'error',
      error_code: 'INTERNAL_ERROR',
      error_message: expect.stringMatching(/Send the same request again/),
      conversation_id: 'conv_1',
    });
  });

  it('given a fault of AWS, when answered, then it is a 503 that may be repeated, and says nothing of AWS', () => {
    const { statusCode, headers, body } = errorAnswer(
      asServiceError(new AwsUnavailable('DynamoDB', 'read the ledger', new Error(personal))),
      null,
    );

    expect({ statusCode, headers }).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '5' } });
    expect(JSON.parse(body)).toMatchObject({
      error_code: 'SERVICE_UNAVAILABLE',
      error_message: 'The database is not available at the moment. Send the same request again in 5 s.',
    });
  });

  it('given an error that knows when to retry and whom it concerns, when answered, then both are told', () => {
    const error = new ServiceError({
      code: 'CLONE_IN_PROGRESS',
      message: 'm',
      retryAfterS: 7,
      conversationId: 'conv_2',
    });

    const { headers, body } = errorAnswer(error, null);

    expect(headers).toMatchObject({ 'Retry-After': '7' });
    expect(JSON.parse(body)).toMatchObject({ conversation_id: 'conv_2' });
  });
});
