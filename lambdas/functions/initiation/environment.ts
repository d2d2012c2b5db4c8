import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { urgentDynamoDbClient, urgentSecretsClient, urgentSqsClient } from '../../aws/clients';
import { cloneQueuePart } from '../../aws/job-queue';
import { secret } from '../../aws/secrets';
import { callerHashPart } from '../../callers/caller-hash';
import { consentPart } from '../../callers/consent';
import { elevenLabsPart } from '../../elevenlabs/connection';
import type { InitiationDeps } from '../../initiation/answer-call';
import { dynamicVariables } from '../../initiation/dynamic-variables';
import { secretHeader, verifySecret } from '../../initiation/verify-secret';
import { callers } from '../../ledger/callers';
import { conversations } from '../../ledger/conversations';
import { withoutCallersWhilePaused } from '../../ledger/pause';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import { prefetch } from '../../platform/lazy';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { greetingTerms, greetingVariables } from '../../voices/greeting';

/** The schema of this function's environment. */
export const environment = z.object({
  INITIATION_SECRET_ARN: z.string().min(1),
  ...callerHashPart.variables,
  ...ledgerPart.variables,
  ...cloneQueuePart.variables,
  ...consentPart.variables,
  ...greetingVariables,
  DYNAMIC_VARIABLES: dynamicVariables,
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
  PRECALL_VALID_MINUTES: z.coerce.number().positive(),
  INITIATION_SERVES: z.enum(['prepared', 'cached']),
  ...elevenLabsPart.variables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = InitiationDeps & VerifiesSender<void>;

/**
 * Builds the function's dependencies. Its clients use short timeouts, because the caller hears the phone ring
 * meanwhile.
 */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const secrets = secret(urgentSecretsClient(), env.INITIATION_SECRET_ARN, Date.now, telemetry.log);
  const hashing = callerHashPart.build(env, telemetry, urgentSecretsClient());
  const table = ledgerPart.build(env, urgentDynamoDbClient());
  const elevenLabs = elevenLabsPart.build(env, telemetry);
  return {
    verifySender: ({ header }) => {
      // Both secrets are read in parallel, so that a cold start waits only once.
      prefetch(hashing.readKey);
      return verifySecret(header(secretHeader), secrets);
    },
    hashing,
    table: withoutCallersWhilePaused(table),
    conversations: conversations(table),
    voices: voices(table),
    callers: callers(table),
    elevenLabs,
    pause: (ms) => sleep(ms),
    jobs: cloneQueuePart.build(env, urgentSqsClient()),
    terms: {
      ...greetingTerms(env),
      dynamicVariables: env.DYNAMIC_VARIABLES,
      longestCallS: env.LONGEST_CALL_MINUTES * 60,
      validS: env.PRECALL_VALID_MINUTES * 60,
      servesCached: env.INITIATION_SERVES === 'cached',
      consent: consentPart.build(env),
    },
    nowMs: Date.now,
    ...telemetry,
  };
};
