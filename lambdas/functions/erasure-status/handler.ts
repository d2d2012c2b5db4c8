import { readErasure } from '../../callers/erasure/read-erasure';
import { authenticate } from '../../platform/authenticate';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('erasure-status');
let wired: Wired | undefined;

/** `POST /callers/erasure`: verify, read, tell how far it is. */
export const handler = webhook({ route: 'erasure-status', ...telemetry }, async (event) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  await authenticate(signature, deps.webhookSecrets, Date.now());
  telemetry.log.info('signature_validated');
  return answer(200, await readErasure(body, { ...deps, nowMs: Date.now }));
});
