import { atMost, deadlineAt } from '../shared/deadline';
import { answer, header, rawBody } from '../shared/http';
import { createLog } from '../shared/log';
import { createMeter } from '../shared/metrics';
import { webhook } from '../shared/webhook';
import { answerCall } from './answer-call';
import { authenticateSender, secretHeader } from './authenticate-sender';
import { type Wired, wire } from './wire';

const log = createLog('initiation');
const meter = createMeter('initiation');
let wired: Wired | undefined;

/** How long a caller hears it ring for our sake at the most, in milliseconds. */
const wholeMs = 1_400;

/** Of which at most this goes into reading the secret, in milliseconds. */
const authenticationMs = 1_100;

/** `POST /webhook/initiation`: let the sender in, look the caller up, answer. */
export const handler = webhook({ route: 'initiation', log, meter }, async (event) => {
  const deps = (wired ??= wire(process.env, log, meter));
  const deadline = deadlineAt(deps.nowMs() + wholeMs, deps.nowMs);
  deps.warmUp();
  await atMost(authenticationMs, authenticateSender(header(event, secretHeader.toLowerCase()), deps.secrets));
  log.info('secret_validated');
  return answer(200, await answerCall(rawBody(event), deadline, deps));
});
