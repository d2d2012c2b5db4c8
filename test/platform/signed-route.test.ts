import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import * as z from 'zod';
import { AwsUnavailable, ServiceError } from '../../lambdas/platform/errors';
import { answer } from '../../lambdas/platform/http';
import { signedRoute, type SignedRouteProps } from '../../lambdas/platform/signed-route';
import { recordingLog } from '../support/recording-log';

type Props = SignedRouteProps<unknown, object, string>;
type Handle = Parameters<typeof signedRoute<unknown, object, string>>[1];

const hangs = () => new Promise<never>(() => undefined);
const event = {
  body: 'ping',
  headers: { 'X-Name': 'sender' },
  requestContext: { requestTimeEpoch: 0 },
} as unknown as APIGatewayProxyEvent;

const start = (props: Partial<Props> = {}, handle?: Handle) => {
  const log = recordingLog();
  const counted: string[] = [];
  const handled: string[] = [];
  const meter = {
    count: () => undefined,
    countBy: (metric: string, _dimension: string, value: string) => void counted.push(`${metric} ${value}`),
    durationMs: () => undefined,
    durationBy: () => undefined,
    flush: () => undefined,
  };
  const end = () => Promise.resolve(void counted.push('trace'));
  const trace = { begin: () => undefined, call: () => undefined, end };
  const apiMeter = {
    countBy: (metric: string, _dimension: string, value: string) => void counted.push(`api ${metric} ${value}`),
  };
  const route = signedRoute<unknown, object, string>(
    {
      service: 'test',
      environment: z.object({}),
      build: () => ({ verifySender: ({ header }) => Promise.resolve(header('x-name') ?? '') }),
      telemetry: { log, meter, trace },
      apiMeter,
      ...props,
    },
    handle ??
      ((body, { sender }) => {
        handled.push(`${body.toString()} of ${sender}`);
        return Promise.resolve(answer(200, {}));
      }),
  );
  const call = async (remainingMs = 10_000) => {
    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => remainingMs } as Context;
    const { statusCode, body } = await route(event, context);
    return { status: statusCode, code: (JSON.parse(body) as { error_code?: string }).error_code };
  };
  return { call, log, counted, handled };
};

describe('signedRoute', () => {
  it('given a verified sender, when called, then the body is handled, and that is logged and counted', async () => {
    const { call, log, counted, handled } = start();

    expect(await call()).toEqual({ status: 200 });

    expect(handled).toEqual(['ping of sender']);
    expect(log.lines.map(({ event }) => event)).toEqual([
      'webhook_received',
      'signature_validated',
      'webhook_complete',
    ]);
    expect(counted).toEqual(['WebhooksAnswered 200', 'trace']);
  });

  it('given a sender that is not verified, when called, then nothing is handled', async () => {
    const refused = new ServiceError({ code: 'INVALID_SIGNATURE', message: 'no' });
    const { call, log, counted, handled } = start({
      build: () => ({ verifySender: () => Promise.reject(refused) }),
    });

    expect(await call()).toEqual({ status: 401, code: 'INVALID_SIGNATURE' });

    expect(handled).toEqual([]);
    expect(log.lines.map(({ event }) => event)).toEqual(['webhook_received', 'webhook_refused', 'webhook_complete']);
    expect(counted).toEqual(['RequestsRefused signature', 'WebhooksAnswered 401']);
  });

  it.each<['unsigned' | 'not_filled' | undefined, 'INVALID_SIGNATURE' | 'NOT_CONFIGURED', number, string[]]>([
    ['unsigned', 'INVALID_SIGNATURE', 401, ['api RequestsRefused unsigned', 'WebhooksAnswered 401']],
    ['not_filled', 'NOT_CONFIGURED', 503, ['api RequestsRefused not_filled', 'WebhooksAnswered 503', 'trace']],
    [undefined, 'NOT_CONFIGURED', 503, ['api RequestsRefused not_configured', 'WebhooksAnswered 503', 'trace']],
  ])('given a refusal that is %s, then it is counted for all routes together', async (...row) => {
    const [harmless, code, status, all] = row;
    const refused = new ServiceError({ code, message: 'no', ...(harmless && { harmless }) });
    const { call, log, counted } = start({ build: () => ({ verifySender: () => Promise.reject(refused) }) });

    expect(await call()).toEqual({ status, code });

    expect(counted).toEqual(all);
    expect(log.lines.some(({ event }) => event === 'webhook_failed')).toBe(harmless === undefined);
  });

  it('given a build that fails once, when called again, then it is built again, and then kept', async () => {
    let builds = 0;
    const { call } = start({
      build: () => {
        builds += 1;
        if (builds === 1) throw new Error('cold');
        return { verifySender: () => Promise.resolve('sender') };
      },
    });

    expect([await call(), await call(), await call()]).toEqual([
      { status: 500, code: 'INTERNAL_ERROR' },
      { status: 200 },
      { status: 200 },
    ]);
    expect(builds).toBe(2);
  });

  it('given an environment that is not valid, when called, then it is a 500, and the variable is in no answer', async () => {
    const { call } = start({ environment: z.object({ NOT_SET_ANYWHERE: z.string() }) });

    expect(await call()).toEqual({ status: 500, code: 'INTERNAL_ERROR' });
  });

  it('given a fault of AWS, when called, then it is a 503, and is logged under the code that the sender gets', async () => {
    const fault = new AwsUnavailable('S3', 'store an object', new Error('down'));
    const { call, log } = start({}, () => Promise.reject(fault));

    expect(await call()).toEqual({ status: 503, code: 'SERVICE_UNAVAILABLE' });

    expect(log.lines.find(({ event }) => event === 'webhook_failed')).toMatchObject({
      fields: { error: { code: 'SERVICE_UNAVAILABLE', cause: fault } },
    });
  });

  it.each<[string, Partial<Props>, Handle | undefined]>([
    ['a handler that hangs', {}, hangs],
    ['a verification that hangs', { build: () => ({ verifySender: hangs }) }, undefined],
    [
      'a verification over its own limit',
      { build: () => ({ verifySender: hangs }), timeouts: { totalMs: 60_000, verifyMs: 1 } },
      undefined,
    ],
    ['a handler over the limit of its route', { timeouts: { totalMs: 1, verifyMs: 1_000 } }, hangs],
  ])('given %s, when its time is over, then it is a 503', async (_given, props, handle) => {
    expect(await start(props, handle).call(1_510)).toEqual({ status: 503, code: 'TIMED_OUT' });
  });

  it('given a handler that ends itself, when the deadline has passed, then its answer is waited for', async () => {
    const slow: Handle = async (_body, { deadline }) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return answer(200, { leftMs: deadline.leftMs() });
    };

    expect(await start({ endedBy: 'handler' }, slow).call(1_510)).toEqual({ status: 200 });
    expect(await start({}, slow).call(1_510)).toEqual({ status: 503, code: 'TIMED_OUT' });
  });
});
