import { authenticateSender } from '../../calls/authenticate-sender';
import { ingest } from '../../calls/ingest';
import { requestDeadline, within } from '../../platform/deadline';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('postcall-intake');

let wired: Wired | undefined;

/** `POST /webhook/postcall`: verify, read, make durable, queue, answer. */
export const handler = webhook({ route: 'postcall', ...telemetry }, async (event, context) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const nowMs = deps.nowMs();
  const deadline = requestDeadline(
    context.getRemainingTimeInMillis(),
    event.requestContext.requestTimeEpoch,
    deps.nowMs,
  );
  const body = rawBody(event);
  const request = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  const senders = await within(deadline, authenticateSender(request, deps.secrets, nowMs));
  telemetry.log.info('signature_validated');
  return answer(200, await within(deadline, ingest(body, senders, deps)));
});
