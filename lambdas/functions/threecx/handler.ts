import { authenticate } from '../../platform/authenticate';
import { requestDeadline, within } from '../../platform/deadline';
import { ServiceError } from '../../platform/errors';
import { answer, header, rawBody } from '../../platform/http';
import { parseJson } from '../../platform/json';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { incomingCall } from '../../three-cx/incoming-call';
import { laterEvent } from '../../three-cx/later-event';
import { callDigest } from '../../three-cx/three-cx-call';
import { beginsCall, readThreeCxEvent, type ThreeCxEvent } from '../../three-cx/three-cx-event';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('threecx');
let wired: Wired | undefined;

/** `POST /webhook/3cx`: verify, read, answer the call or record what became of it. */
export const handler = webhook({ route: 'threecx', ...telemetry }, async (event, context) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const deadline = requestDeadline(
    context.getRemainingTimeInMillis(),
    event.requestContext.requestTimeEpoch,
    deps.nowMs,
  );
  const body = rawBody(event);
  const signature = { header: header(event, 'x-signature'), signed: [body], toleranceS: deps.toleranceS };
  const signedAtS = await authenticate({ ...signature, headerName: 'X-Signature' }, deps.webhookSecrets, deps.nowMs());
  telemetry.log.info('signature_validated');
  const told = read(body);
  telemetry.log.info('threecx_event', { event_type: told.event_type, call: callDigest(told.call_id) });
  if (!beginsCall(told)) return answer(200, await within(deadline, laterEvent(told, deps)));
  requireAgent(deps);
  telemetry.log.identify({ agent_id: deps.settings.agentId });
  return answer(200, await within(deadline, incomingCall(told, signedAtS, deadline, deps)));
});

const read = (body: Buffer): ThreeCxEvent => {
  const reading = readThreeCxEvent(parseJson(body, 'body'));
  if (reading.ok) return reading.event;
  throw new ServiceError({ code: 'INVALID_PAYLOAD', message: `The 3CX event is not valid: ${reading.problem}.` });
};

const requireAgent = ({ settings }: Wired): void => {
  if (settings.agentId !== '' && settings.phoneNumberId !== '') return;
  throw new ServiceError({
    code: 'NOT_CONFIGURED',
    message:
      'Calls of 3CX need the settings ELEVENLABS_AGENT_ID and ELEVENLABS_PHONE_NUMBER_ID: set them and deploy again.',
    retryAfterS: 60,
  });
};
