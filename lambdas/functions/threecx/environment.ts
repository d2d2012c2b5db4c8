import * as z from 'zod';
import { dynamoDbClient, secretsClient, sqsClient } from '../../aws/clients';
import { cloneJobsOn } from '../../aws/clone-jobs';
import { type Secret, secret } from '../../aws/secrets';
import { callerHashing } from '../../callers/caller-hash';
import { callableNumber, defaultCountry } from '../../callers/phone-number';
import { connectionTo } from '../../elevenlabs/connection';
import { agentSetups } from '../../ledger/agent-setups';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { callerAndSetup } from '../../ledger/initiation-view';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';
import type { IncomingCallDeps } from '../../three-cx/incoming-call';
import { threeCxEnvironment, threeCxSettings } from '../../three-cx/settings';

/** The schema of the variables that this function reads. */
export const environment = threeCxEnvironment.extend({
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  THREECX_WEBHOOK_SECRET_ARN: z.string().min(1),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  CLONE_QUEUE_URL: z.url(),
  DEFAULT_COUNTRY: defaultCountry,
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler of a 3CX event works with. */
export interface Wired extends IncomingCallDeps {
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const nowMs = Date.now;
  const secrets = secretsClient();
  const apiKey = secret(secrets, env.ELEVENLABS_API_KEY_SECRET_ARN, nowMs, telemetry.log);
  const hashKey = secret(secrets, env.CALLER_HASH_KEY_SECRET_ARN, nowMs, telemetry.log);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  // A first call needs them after its signature was judged; whoever needs them then sees their failure.
  for (const each of [apiKey, hashKey]) void each.values().catch(() => undefined);
  return {
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    calls: calls(table),
    callers: callers(table),
    setups: agentSetups(table),
    look: (hashes, agentId, nowS) => callerAndSetup(table, hashes, agentId, nowS),
    jobs: cloneJobsOn(sqsClient(), env.CLONE_QUEUE_URL),
    normalise: (phoneNumber) => callableNumber(phoneNumber, env.DEFAULT_COUNTRY),
    callerHashes: callerHashing(hashKey, env.DEFAULT_COUNTRY).hashes,
    settings: threeCxSettings(env),
    nowMs,
    ...telemetry,
    webhookSecrets: secret(secrets, env.THREECX_WEBHOOK_SECRET_ARN, nowMs, telemetry.log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};
