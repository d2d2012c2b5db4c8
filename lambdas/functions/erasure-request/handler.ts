import { requestErasure } from '../../callers/erasure/request-erasure';
import { authenticate } from '../../platform/authenticate';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('erasure-request');
let wired: Wired | undefined;

/** `POST /callers/erase`: verify, read, mark, queue. */
export const handler = webhook({ route: 'erasure-request', ...telemetry }, async (event) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  const signedAtS = await authenticate(signature, deps.webhookSecrets, deps.nowMs());
  telemetry.log.info('signature_validated');
  return answer(202, await requestErasure(body, signedAtS, deps));
});
