import * as z from 'zod';
import { dynamoDbClient, secretsClient } from '../../aws/clients';
import { type Secret, secret } from '../../aws/secrets';
import { readErasure } from '../../callers/erasure/read-erasure';
import { type Erasures, erasures } from '../../ledger/erasures';
import { ledgerTable } from '../../ledger/table';
import { authenticate } from '../../platform/authenticate';
import { parseEnv } from '../../platform/env';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';

const environment = z.object({
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

interface Wired {
  readonly erasures: Erasures;
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
}

const telemetry = createTelemetry('erasure-status');
let wired: Wired | undefined;

const wire = (source: NodeJS.ProcessEnv): Wired => {
  const env = parseEnv(environment, source);
  return {
    erasures: erasures(ledgerTable(dynamoDbClient(), env.LEDGER_TABLE)),
    webhookSecrets: secret(secretsClient(), env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, telemetry.log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};

/** `POST /callers/erasure`: verify, read, tell how far it is. */
export const handler = webhook({ route: 'erasure-status', ...telemetry }, async (event) => {
  const deps = (wired ??= wire(process.env));
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  await authenticate(signature, deps.webhookSecrets, Date.now());
  telemetry.log.info('signature_validated');
  return answer(200, await readErasure(body, { ...deps, nowMs: Date.now }));
});
