import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { agentSetup } from './agent-setup';
import { finding } from './finding';

/** Most agents that one request may name. */
const maxAgents = 20;

/** What a sender asks to be checked; the exact type keeps a signed body from fitting another route. */
export const setupCheckRequest = z.object({
  type: z.literal('setup_check'),
  /** Without them: every agent that the ledger or the settings know. */
  agent_ids: z.array(elevenLabsId).min(1).max(maxAgents).optional(),
});

/** The answer of `POST /setup/check`. */
export const setupCheckAnswer = z.object({
  status: z.literal('success'),
  /** Unix seconds. */
  checked_at: z.int(),
  /** How many findings are problems. */
  problems: z.int(),
  agents: z.array(
    z.object({
      agent_id: elevenLabsId,
      /** What was recorded; null where the agent could not be read. */
      overrides: agentSetup.shape.overrides.nullable(),
      findings: z.array(finding),
    }),
  ),
  workspace: z.object({ findings: z.array(finding) }),
});

/** The answer of `POST /setup/check`. */
export type SetupCheckAnswer = z.infer<typeof setupCheckAnswer>;
