import { requestDeadline, within } from '../../platform/deadline';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { collectSamples } from '../../samples/collect-samples';
import { preCall } from '../../voices/pre-call/pre-call';
import { receive } from '../../voices/pre-call/receive';
import { type Wired, wire } from './environment';

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
