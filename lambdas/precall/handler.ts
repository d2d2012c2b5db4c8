import { requestDeadline, within } from '../shared/deadline';
import { answer, header, rawBody } from '../shared/http';
import { createTelemetry } from '../shared/telemetry';
import { webhook } from '../shared/webhook';
import { collectSamples } from '../voice-samples/collect-samples';
import { preCall } from './pre-call';
import { receive } from './receive';
import { type Wired, wire } from './wire';

const telemetry = createTelemetry('precall');
let wired: Wired | undefined;

/** `POST /webhook/precall`: let in and read, measure, clone and activate, answer. */
export const handler = webhook({ route: 'precall', ...telemetry }, async (event, context) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const receivedAtMs = deps.nowMs();
  const deadline = requestDeadline(
    context.getRemainingTimeInMillis(),
    event.requestContext.requestTimeEpoch,
    deps.nowMs,
  );
  const contentType = header(event, 'content-type') ?? '';
  const signature = header(event, 'elevenlabs-signature');
  const { request, signedAtS } = await receive({ contentType, signature, body: rawBody(event), receivedAtMs }, deps);
  telemetry.log.identify({ conversation_id: request.event.conversation_id, agent_id: request.event.agent_id });
  const samples = await within(deadline, collectSamples(request.samples, deps.uploads, deps.limits));
  return answer(200, await preCall({ event: request.event, samples, signedAtS, receivedAtMs, deadline }, deps));
});
