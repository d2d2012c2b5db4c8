import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { ApiErrorCode } from './api-errors';
import { ServiceError } from './errors';
import { errorAnswer } from './http';
import type { Telemetry } from './telemetry';

/** What every webhook's handler is wrapped in. */
export interface WebhookProps extends Telemetry {
  /** The route's name in logs and metrics. */
  readonly route: string;
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/**
 * The edge of a webhook: logs `webhook_received` and `webhook_complete`, turns whatever is thrown into the API's one error
 * shape, counts the outcome, sends the trace. The handler that it returns never throws.
 */
export const webhook =
  ({ route, log, meter, trace }: WebhookProps, handle: Handler): Handler =>
  async (event, context) => {
    const startedMs = performance.now();
    log.begin({ request_id: context.awsRequestId });
    trace.begin();
    log.info('webhook_received', { route, body_chars: event.body?.length ?? 0 });
    const answer = await handle(event, context).catch((error: unknown) => refuse(error, { log, meter }));
    const durationMs = Math.round(performance.now() - startedMs);
    log.info('webhook_complete', { route, status: answer.statusCode, processing_time_ms: durationMs });
    meter.countBy('WebhooksAnswered', 'Status', String(answer.statusCode));
    meter.durationMs('WebhookDuration', durationMs);
    meter.flush();
    await trace.end(log.ids(), answer.statusCode >= 500);
    return answer;
  };

/** Refusals that say something of the sender or of the installation, not of the request; each is a metric that is paid for. */
const refusalReasons: Readonly<Partial<Record<ApiErrorCode, string>>> = {
  INVALID_SIGNATURE: 'signature',
  INVALID_SECRET: 'signature',
  SIGNATURE_EXPIRED: 'expired',
  NOT_CONFIGURED: 'not_configured',
};

const refuse = (error: unknown, { log, meter }: Pick<Telemetry, 'log' | 'meter'>): APIGatewayProxyResult => {
  const isOurs = !(error instanceof ServiceError) || error.status >= 500;
  if (error instanceof ServiceError && error.conversationId !== undefined)
    log.identify({ conversation_id: error.conversationId });
  const reason = error instanceof ServiceError ? refusalReasons[error.code] : undefined;
  if (reason !== undefined) meter.countBy('RequestsRefused', 'Reason', reason);
  if (isOurs) log.error('webhook_failed', error);
  else log.warn('webhook_refused', { status: error.status, error_code: error.code });
  return errorAnswer(error, log.ids().conversation_id);
};
