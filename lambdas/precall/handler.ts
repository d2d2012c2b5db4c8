import { measureSample } from '../adapters/audio';
import { authenticate } from '../shared/authenticate';
import { requestDeadline } from '../shared/deadline';
import { answer, header, rawBody } from '../shared/http';
import { createLog } from '../shared/log';
import { createMeter } from '../shared/metrics';
import { webhook } from '../shared/webhook';
import { preCall } from './pre-call';
import { readRequest } from './read-request';
import { type Wired, wire } from './wire';

const log = createLog('precall');
const meter = createMeter('precall');
let wired: Wired | undefined;

/** `POST /webhook/precall`: verify, read, measure, clone and activate, answer. */
export const handler = webhook({ route: 'precall', log, meter }, async (event, context) => {
  const deps = (wired ??= wire(process.env, log, meter));
  const receivedAtMs = deps.nowMs();
  const deadline = requestDeadline(
    context.getRemainingTimeInMillis(),
    event.requestContext.requestTimeEpoch,
    deps.nowMs,
  );
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  await authenticate(signature, deps.webhookSecrets, receivedAtMs);
  log.info('signature_validated');
  const request = await readRequest(header(event, 'content-type') ?? '', body, deps.limits.maxBytes);
  log.identify({ conversation_id: request.event.conversation_id, agent_id: request.event.agent_id });
  const sample = await measureSample(request.sample, deps.limits);
  return answer(200, await preCall({ event: request.event, sample, receivedAtMs, deadline }, deps));
});
