import { authenticate } from '../../platform/authenticate';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { offerUpload } from '../../samples/offer-upload';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('uploads');
let wired: Wired | undefined;

/** `POST /uploads`: verify, read, offer a form for one sample. */
export const handler = webhook({ route: 'uploads', ...telemetry }, async (event) => {
  const deps = (wired ??= wire(process.env, telemetry.log));
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  await authenticate(signature, deps.webhookSecrets, Date.now());
  telemetry.log.info('signature_validated');
  return answer(200, await offerUpload(body, deps));
});
