import * as z from 'zod';
import { signaturePart } from '../../aws/sender-policies';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { dynamicVariables } from '../../initiation/dynamic-variables';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { ledgerPart } from '../../ledger/table';
import type { VariablesOf } from '../../platform/env';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { bodySignature } from '../../platform/verify-sender';
import { agentSettings, agentsOfSettings } from '../../setup/agent-settings';
import type { SetupCheckDeps } from '../../setup/deps';
import { greetingTerms, greetingVariables } from '../../voices/greeting';

/** The schema of this function's environment. */
export const environment = z.object({
  ...signaturePart.variables,
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...agentSettings.shape,
  AGENT_ACTIVATION: z.enum(['patch', 'override', 'both', 'auto']),
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
  DYNAMIC_VARIABLES: dynamicVariables,
  ...greetingVariables,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = SetupCheckDeps & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  return {
    verifySender: bodySignature(signaturePart.build(env, telemetry)),
    elevenLabs: elevenLabsPart.build(env, telemetry),
    agents: agents(table),
    setups: agentSetups(table),
    agentIds: agentsOfSettings(env),
    terms: {
      activation: env.AGENT_ACTIVATION,
      threeCxAgentId: env.ELEVENLABS_AGENT_ID,
      longestCallMinutes: env.LONGEST_CALL_MINUTES,
      greetings: greetingTerms(env),
      variables: Object.keys(env.DYNAMIC_VARIABLES),
    },
    nowMs: Date.now,
    ...telemetry,
  };
};
