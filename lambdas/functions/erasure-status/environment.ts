import * as z from 'zod';
import { dynamoDbClient, secretsClient } from '../../aws/clients';
import { type Secret, secret } from '../../aws/secrets';
import { type Erasures, erasures } from '../../ledger/erasures';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler works with. */
export interface Wired {
  readonly erasures: Erasures;
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  return {
    erasures: erasures(ledgerTable(dynamoDbClient(), env.LEDGER_TABLE)),
    webhookSecrets: secret(secretsClient(), env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, telemetry.log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
