import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type * as z from 'zod';
import type { ApiErrorCode } from './api-errors';
import { atMost, type Deadline, deadlineAt, requestDeadline, within } from './deadline';
import { builtOnce } from './env';
import { AwsUnavailable, type ServiceError } from './errors';
import { asServiceError, errorAnswer, header, rawBody } from './http';
import { createMeter, type Meter } from './metrics';
import { createTelemetry, type Telemetry } from './telemetry';
import type { VerifySender } from './verify-sender';

/** What every signed route is built with, beside what its use case needs. */
export interface VerifiesSender<Sender> {
  readonly verifySender: VerifySender<Sender>;
}

/** One request of a verified sender. */
export interface RouteCall<Deps, Sender> {
  readonly deps: Deps;
  /** What `verifySender` returned; mostly the time of signing in unix seconds. */
  readonly sender: Sender;
  /** The route's path below the stage, for a function that answers several: `/callers/erase`. */
  readonly path: string;
  /** Unix milliseconds. */
  readonly receivedAtMs: number;
  readonly deadline: Deadline;
}

/** What differs between one signed route and the next. */
export interface SignedRouteProps<Env, Deps, Sender> {
  /** The function's name in logs, metrics and traces. */
  readonly service: string;
  /** The route's name in logs. @default the service's */
  readonly route?: string;
  /** The schema of the function's environment. */
  readonly environment: z.ZodType<Env>;
  /** Builds the function's dependencies, once per instance. */
  readonly build: (env: Env, telemetry: Telemetry) => Deps & VerifiesSender<Sender>;
  /** The event that is logged once the sender is verified. @default signature_validated */
  readonly verifiedEvent?: string;
  /** Limits of a route that answers sooner than API Gateway demands, in milliseconds. */
  readonly timeouts?: { readonly totalMs: number; readonly verifyMs: number };
  /** Who ends the work at the deadline: `handler` where it still cleans up after that. @default route */
  readonly endedBy?: 'route' | 'handler';
  /** @default log, metrics and traces under the service's name */
  readonly telemetry?: Telemetry;
  /** Counts what is counted for all routes together. @default under the service `api` */
  readonly apiMeter?: Pick<Meter, 'countBy'>;
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/**
 * The handler of a route that answers verified senders only. It builds the route's dependencies, verifies the sender,
 * calls `handle` with the raw body, and turns every error into the API's one error shape. It logs `webhook_received`
 * and `webhook_complete`, counts the outcome, and sends the trace. It never throws.
 */
export const signedRoute = <Env, Deps, Sender>(
  props: SignedRouteProps<Env, Deps, Sender>,
  handle: (body: Buffer, call: RouteCall<Deps, Sender>) => Promise<APIGatewayProxyResult>,
): Handler => {
  const { telemetry = createTelemetry(props.service), apiMeter = createMeter('api') } = props;
  const built = builtOnce(props.environment, (env) => props.build(env, telemetry));
  return observed({ ...telemetry, apiMeter }, props.route ?? props.service, async (event, context) => {
    const deps = built();
    const receivedAtMs = Date.now();
    const deadline = deadlineOf(props, event, context, receivedAtMs);
    const body = rawBody(event);
    const request = { header: (name: string) => header(event, name), body, receivedAtMs };
    const verifying = deps.verifySender(request);
    const { timeouts } = props;
    const sender = await (timeouts === undefined ? within(deadline, verifying) : atMost(timeouts.verifyMs, verifying));
    telemetry.log.info(props.verifiedEvent ?? 'signature_validated');
    const answering = handle(body, { deps, sender, path: event.resource, receivedAtMs, deadline });
    return props.endedBy === 'handler' ? answering : within(deadline, answering);
  });
};

const deadlineOf = (
  { timeouts }: Pick<SignedRouteProps<unknown, unknown, unknown>, 'timeouts'>,
  { requestContext }: APIGatewayProxyEvent,
  context: Context,
  nowMs: number,
): Deadline =>
  timeouts === undefined
    ? requestDeadline(context.getRemainingTimeInMillis(), requestContext.requestTimeEpoch, Date.now)
    : deadlineAt(nowMs + timeouts.totalMs, Date.now);

interface Observers extends Telemetry {
  readonly apiMeter: Pick<Meter, 'countBy'>;
}

const observed =
  ({ log, meter, trace, apiMeter }: Observers, route: string, handle: Handler): Handler =>
  async (event, context) => {
    const startedMs = performance.now();
    log.begin({ request_id: context.awsRequestId });
    trace.begin();
    log.info('webhook_received', { route, body_chars: event.body?.length ?? 0 });
    const answer = await handle(event, context).catch((error: unknown) =>
      errorAnswerOf(error, { log, meter, apiMeter }),
    );
    const durationMs = Math.round(performance.now() - startedMs);
    log.info('webhook_complete', { route, status: answer.statusCode, processing_time_ms: durationMs });
    meter.countBy('WebhooksAnswered', 'Status', String(answer.statusCode));
    meter.durationMs('WebhookDuration', durationMs);
    meter.flush();
    // A stranger's request leaves nothing in the traces.
    if (answer.statusCode !== 401) await trace.end(log.ids(), answer.statusCode >= 500);
    return answer;
  };

/** Errors that say something about the sender. Each reason is a metric of the route, which is paid for. */
const rejectionReasons: Readonly<Partial<Record<ApiErrorCode, string>>> = {
  INVALID_SIGNATURE: 'signature',
  INVALID_SECRET: 'signature',
  SIGNATURE_EXPIRED: 'expired',
};

const countRefusal = (
  { code, harmless }: ServiceError,
  { meter, apiMeter }: Pick<Observers, 'meter' | 'apiMeter'>,
): void => {
  const ofApi = harmless ?? (code === 'NOT_CONFIGURED' ? 'not_configured' : undefined);
  const ofRoute = rejectionReasons[code];
  if (ofApi !== undefined) apiMeter.countBy('RequestsRefused', 'Reason', ofApi);
  else if (ofRoute !== undefined) meter.countBy('RequestsRefused', 'Reason', ofRoute);
};

const errorAnswerOf = (thrown: unknown, observers: Omit<Observers, 'trace'>): APIGatewayProxyResult => {
  const { log } = observers;
  const error = asServiceError(thrown);
  if (error.conversationId !== undefined) log.identify({ conversation_id: error.conversationId });
  countRefusal(error, observers);
  // An unexpected error is logged as it was thrown; an error of AWS with the code that its sender gets.
  if (error.status >= 500 && error.harmless === undefined)
    log.error('webhook_failed', thrown instanceof AwsUnavailable ? error : thrown);
  else log.warn('webhook_refused', { status: error.status, error_code: error.code });
  return errorAnswer(error, log.ids().conversation_id);
};
