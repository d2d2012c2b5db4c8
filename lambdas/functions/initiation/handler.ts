import { answerCall } from '../../initiation/answer-call';
import { authenticateSender, secretHeader } from '../../initiation/authenticate-sender';
import { atMost, deadlineAt } from '../../platform/deadline';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('initiation');
let wired: Wired | undefined;

/** How long a caller hears it ring for our sake at the most, in milliseconds. */
const wholeMs = 1_400;

/** Of which at most this goes into reading the secret, in milliseconds. */
const authenticationMs = 1_100;

/** `POST /webhook/initiation`: let the sender in, look the caller up, answer. */
export const handler = webhook({ route: 'initiation', ...telemetry }, async (event) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const deadline = deadlineAt(deps.nowMs() + wholeMs, deps.nowMs);
  deps.warmUp();
  await atMost(authenticationMs, authenticateSender(header(event, secretHeader.toLowerCase()), deps.secrets));
  telemetry.log.info('secret_validated');
  return answer(200, await answerCall(rawBody(event), deadline, deps));
});
