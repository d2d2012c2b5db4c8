import * as z from 'zod';
import { dynamoDbClient, secretsClient } from '../../aws/clients';
import { type Secret, secret } from '../../aws/secrets';
import { connectionTo } from '../../elevenlabs/connection';
import { dynamicVariables } from '../../initiation/dynamic-variables';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { Telemetry } from '../../platform/telemetry';
import { agentSettings, agentsOfSettings } from '../../setup/agent-settings';
import type { SetupCheckDeps } from '../../setup/deps';

/** The schema of the variables that this function reads. */
export const environment = agentSettings.extend({
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  AGENT_ACTIVATION: z.enum(['patch', 'override', 'both']),
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
  DYNAMIC_VARIABLES: dynamicVariables,
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** What the handler of a set-up check works with. */
export interface Wired extends SetupCheckDeps {
  readonly webhookSecrets: Secret;
  readonly toleranceS: number;
}

/** Parses the environment and makes the clients. */
export const wire = (source: NodeJS.ProcessEnv, telemetry: Telemetry): Wired => {
  const env = parseEnv(environment, source);
  const secretsManager = secretsClient();
  const apiKey = secret(secretsManager, env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, telemetry.log);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  return {
    webhookSecrets: secret(secretsManager, env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, telemetry.log),
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
    elevenLabs: connectionTo(env.ELEVENLABS_API_BASE_URL, apiKey, telemetry),
    agents: agents(table),
    setups: agentSetups(table),
    agentIds: agentsOfSettings(env),
    terms: {
      activation: env.AGENT_ACTIVATION,
      threeCxAgentId: env.ELEVENLABS_AGENT_ID,
      longestCallMinutes: env.LONGEST_CALL_MINUTES,
      variables: Object.keys(env.DYNAMIC_VARIABLES),
    },
    nowMs: Date.now,
    ...telemetry,
  };
};
