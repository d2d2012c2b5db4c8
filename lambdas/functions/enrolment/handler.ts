import { enrol } from '../../callers/enrolment/enrol';
import { readEnrolment } from '../../callers/enrolment/read-enrolment';
import { authenticate } from '../../platform/authenticate';
import { requestDeadline, within } from '../../platform/deadline';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('enrolment');
let wired: Wired | undefined;

/** `POST /callers`: verify, read, measure, store, remember. */
export const handler = webhook({ route: 'enrolment', ...telemetry }, async (event, context) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const { requestTimeEpoch } = event.requestContext;
  const deadline = requestDeadline(context.getRemainingTimeInMillis(), requestTimeEpoch, deps.nowMs);
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  const signedAtS = await authenticate(signature, deps.webhookSecrets, deps.nowMs());
  telemetry.log.info('signature_validated');
  const enrolling = await readEnrolment(body, signedAtS, deps);
  return answer(200, await within(deadline, enrol(enrolling, deps)));
});
