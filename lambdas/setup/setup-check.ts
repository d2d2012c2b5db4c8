import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { agentSetup } from './agent-setup';
import { finding } from './finding';

/** One request may name this many agents. */
const maxAgents = 20;

/** The body of `POST /setup/check`. Its exact type keeps a signed body from passing on another route. */
export const setupCheckRequest = z.object({
  type: z.literal('setup_check'),
  /** By default every agent that the ledger or the settings know. */
  agent_ids: z.array(elevenLabsId).min(1).max(maxAgents).optional(),
});

/** The answer of `POST /setup/check`. */
export const setupCheckAnswer = z.object({
  status: z.literal('success'),
  /** Unix seconds. */
  checked_at: z.int(),
  /** The number of problems among the findings. */
  problems: z.int(),
  agents: z.array(
    z.object({
      agent_id: elevenLabsId,
      /** Null if the agent could not be read. */
      overrides: agentSetup.shape.overrides.nullable(),
      findings: z.array(finding),
    }),
  ),
  workspace: z.object({ findings: z.array(finding) }),
});

/** The answer of `POST /setup/check`. */
export type SetupCheckAnswer = z.infer<typeof setupCheckAnswer>;
