import { authenticate } from '../shared/authenticate';
import { answer, header, rawBody } from '../shared/http';
import { createLog } from '../shared/log';
import { createMeter } from '../shared/metrics';
import { webhook } from '../shared/webhook';
import { offerUpload } from './offer-upload';
import { type Wired, wire } from './wire';

const log = createLog('uploads');
const meter = createMeter('uploads');
let wired: Wired | undefined;

/** `POST /uploads`: verify, read, offer a form for one sample. */
export const handler = webhook({ route: 'uploads', log, meter }, async (event) => {
  const deps = (wired ??= wire(process.env, log));
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  await authenticate(signature, deps.webhookSecrets, Date.now());
  log.info('signature_validated');
  return answer(200, await offerUpload(body, deps));
});
