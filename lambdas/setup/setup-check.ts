import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { agentSetup } from './agent-setup';
import { finding } from './finding';

/** The most agents that one request may name. */
const maxAgents = 20;

/** The body of `POST /setup/check`. The exact `type` makes other routes reject a signed body. */
export const setupCheckRequest = z.object({
  type: z.literal('setup_check'),
  /** By default, every agent in the ledger or the settings. */
  agent_ids: z.array(elevenLabsId).min(1).max(maxAgents).optional(),
});

/** The response to `POST /setup/check`. */
export const setupCheckAnswer = z.object({
  status: z.literal('success'),
  /** Unix seconds. */
  checked_at: z.int(),
  /** The number of findings that are problems. */
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

/** The response to `POST /setup/check`. */
export type SetupCheckAnswer = z.infer<typeof setupCheckAnswer>;
