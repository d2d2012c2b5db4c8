import * as z from 'zod';
import { promptDynamoDbClient, promptSecretsClient, promptSqsClient } from '../../aws/clients';
import { cloneJobsOn } from '../../aws/clone-jobs';
import { type Secret, secret } from '../../aws/secrets';
import { callerHashing } from '../../callers/caller-hash';
import { defaultCountry } from '../../callers/phone-number';
import type { InitiationDeps } from '../../initiation/answer-call';
import { dynamicVariables } from '../../initiation/dynamic-variables';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  INITIATION_SECRET_ARN: z.string().min(1),
  CALLER_HASH_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  CLONE_QUEUE_URL: z.url(),
  DEFAULT_FIRST_MESSAGE: z.string().min(1),
  DEFAULT_COUNTRY: defaultCountry,
  DYNAMIC_VARIABLES: dynamicVariables,
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler of a starting call works with. */
export interface Wired extends InitiationDeps {
  readonly secrets: Secret;
  /** Begins to read what is needed after the sender was let in, so that a cold start waits for one read and not for two. */
  readonly warmUp: () => void;
}

/** Parses the environment and makes the clients, which give up early: a caller hears it ring meanwhile. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const secretsManager = promptSecretsClient();
  const callerHashKey = secret(secretsManager, env.CALLER_HASH_KEY_SECRET_ARN, Date.now, telemetry.log);
  return {
    secrets: secret(secretsManager, env.INITIATION_SECRET_ARN, Date.now, telemetry.log),
    warmUp: () => void callerHashKey.values().catch(() => undefined),
    hashing: callerHashing(callerHashKey, env.DEFAULT_COUNTRY),
    table: ledgerTable(promptDynamoDbClient(), env.LEDGER_TABLE),
    jobs: cloneJobsOn(promptSqsClient(), env.CLONE_QUEUE_URL),
    terms: {
      firstMessage: env.DEFAULT_FIRST_MESSAGE,
      dynamicVariables: env.DYNAMIC_VARIABLES,
      longestCallS: env.LONGEST_CALL_MINUTES * 60,
    },
    nowMs: Date.now,
    ...telemetry,
  };
};
