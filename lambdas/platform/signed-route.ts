import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type * as z from 'zod';
import type { ApiErrorCode } from './api-errors';
import { atMost, type Deadline, deadlineAt, requestDeadline, within } from './deadline';
import { builtOnce } from './env';
import { AwsUnavailable, type ServiceError } from './errors';
import { asServiceError, errorAnswer, header, rawBody } from './http';
import { prefetch } from './lazy';
import { createMeter, type Meter } from './metrics';
import { createTelemetry, type Telemetry } from './telemetry';
import type { VerifySender } from './verify-sender';

/** What every signed route needs in addition to the dependencies of its use case. */
export interface VerifiesSender<Sender> {
  readonly verifySender: VerifySender<Sender>;
}

/** One request from a verified sender. */
export interface RouteCall<Deps, Sender> {
  readonly deps: Deps;
  /** The value that `verifySender` returned, usually the time of signing in unix seconds. */
  readonly sender: Sender;
  /** The route's path below the stage, such as `/callers/erase`, for a function that serves several routes. */
  readonly path: string;
  /** When the request arrived, in unix milliseconds. */
  readonly receivedAtMs: number;
  readonly deadline: Deadline;
  /** The address at which the sender reached the API, without the route; undefined if API Gateway did not say it. */
  readonly baseUrl: string | undefined;
}

/** What differs between signed routes. */
export interface SignedRouteProps<Env, Deps, Sender> {
  /** The function's name in logs, metrics and traces. */
  readonly service: string;
  /** The route's name in logs. @default the service's */
  readonly route?: string;
  /** The schema of the function's environment. */
  readonly environment: z.ZodType<Env>;
  /** Builds the function's dependencies, once per instance, when it starts. May begin reads that are needed soon. */
  readonly build: (env: Env, telemetry: Telemetry) => Deps & VerifiesSender<Sender>;
  /** The event that is logged once the sender is verified. @default signature_validated */
  readonly verifiedEvent?: string;
  /** Time limits, in milliseconds, of a route that must answer sooner than API Gateway requires. */
  readonly timeouts?: { readonly totalMs: number; readonly verifyMs: number };
  /** Who ends the work at the deadline. Use `handler` if the handler still cleans up afterwards. @default route */
  readonly endedBy?: 'route' | 'handler';
  /** @default log, metrics and traces under the service's name */
  readonly telemetry?: Telemetry;
  /** Counts the metrics that all routes share. @default under the service `api` */
  readonly apiMeter?: Pick<Meter, 'countBy'>;
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/**
 * Creates the handler of a route that serves verified senders only. It verifies the sender, calls `handle` with the raw
 * body, and converts every error to the API's only error format. It logs `webhook_received` and `webhook_complete`,
 * counts the outcome, and sends the trace. It never throws.
 */
export const signedRoute = <Env, Deps, Sender>(
  props: SignedRouteProps<Env, Deps, Sender>,
  handle: (body: Buffer, call: RouteCall<Deps, Sender>) => Promise<APIGatewayProxyResult>,
): Handler => {
  const { telemetry = createTelemetry(props.service), apiMeter = createMeter('api') } = props;
  const built = builtOnce(props.environment, (env) => props.build(env, telemetry));
  // Lambda gives a function that starts more processor time than its first request gets.
  prefetch(() => Promise.resolve().then(built));
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
    const answering = handle(body, {
      deps,
      sender,
      path: event.resource,
      receivedAtMs,
      deadline,
      baseUrl: baseUrlOf(event),
    });
    return props.endedBy === 'handler' ? answering : within(deadline, answering);
  });
};

/** API Gateway puts the stage into the path of the context, but not into that of the event. */
const baseUrlOf = ({ requestContext, path }: APIGatewayProxyEvent): string | undefined =>
  requestContext.domainName === undefined || !requestContext.path.endsWith(path)
    ? undefined
    : `https://${requestContext.domainName}${requestContext.path.slice(0, -path.length)}`;

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
    // A stranger's request leaves no trace.
    if (answer.statusCode !== 401) await trace.end(log.ids(), answer.statusCode >= 500 ? 'fault' : 'ok');
    return answer;
  };

/** Errors that reveal something about the sender. Each reason is a metric of the route, which costs money. */
const rejectionReasons: Readonly<Partial<Record<ApiErrorCode, string>>> = {
  INVALID_SIGNATURE: 'signature',
  INVALID_SECRET: 'signature',
  SIGNATURE_EXPIRED: 'expired',
};

const countRejection = (
  { code, harmless }: ServiceError,
  { meter, apiMeter }: Pick<Observers, 'meter' | 'apiMeter'>,
): void => {
  const apiReason = harmless ?? (code === 'NOT_CONFIGURED' ? 'not_configured' : undefined);
  const routeReason = rejectionReasons[code];
  if (apiReason !== undefined) apiMeter.countBy('RequestsRefused', 'Reason', apiReason);
  else if (routeReason !== undefined) meter.countBy('RequestsRefused', 'Reason', routeReason);
};

const errorAnswerOf = (thrown: unknown, observers: Omit<Observers, 'trace'>): APIGatewayProxyResult => {
  const { log } = observers;
  const error = asServiceError(thrown);
  if (error.conversationId !== undefined) log.identify({ conversation_id: error.conversationId });
  countRejection(error, observers);
  // An unexpected error is logged as thrown; an AWS error is logged with the code that the sender receives.
  if (error.status >= 500 && error.harmless === undefined)
    log.error('webhook_failed', thrown instanceof AwsUnavailable ? error : thrown);
  else log.warn('webhook_refused', { status: error.status, error_code: error.code });
  return errorAnswer(error, log.ids().conversation_id);
};
