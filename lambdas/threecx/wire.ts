import * as z from 'zod';
import { dynamoDbClient, secretsClient, sqsClient } from '../adapters/aws';
import { callerHashing } from '../adapters/caller-hash';
import { cloneJobsOn } from '../adapters/clone-jobs';
import { connectionTo } from '../adapters/elevenlabs/connection';
import { agentSetups } from '../adapters/ledger/agent-setups';
import { callers } from '../adapters/ledger/callers';
import { calls } from '../adapters/ledger/calls';
import { callerAndSetup } from '../adapters/ledger/initiation-view';
import { ledgerTable } from '../adapters/ledger/table';
import { type Secret, secret } from '../adapters/secrets';
import { callableNumber, defaultCountry } from '../domain/phone-number';
import { parseEnv } from '../shared/env';
import type { Telemetry } from '../shared/telemetry';
import { threeCxEnvironment, threeCxSettings } from '../threecx-call/settings';
import type { IncomingCallDeps } from './incoming-call';

const environment = threeCxEnvironment.extend({
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  THREECX_WEBHOOK_SECRET_ARN: z.string().min(1),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  CLONE_QUEUE_URL: z.url(),
  DEFAULT_COUNTRY: defaultCountry,
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

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
