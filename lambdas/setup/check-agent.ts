import { getAgentSetup } from '../elevenlabs/agent-setup';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Connection } from '../elevenlabs/request';
import { getConvaiSettings } from '../elevenlabs/workspace';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Deadline } from '../platform/deadline';
import type { AgentSetup } from './agent-setup';
import type { AgentDetails, ConvaiSettings } from './details';
import { isOwnWebhook } from './initiation-findings';

/** Dependencies for checking an agent. */
export interface AgentCheckDeps {
  readonly elevenLabs: Connection;
  readonly setups: Pick<AgentSetups, 'record'>;
  readonly nowMs: () => number;
  /** The workspace's settings, for whoever has read them already. @default read for each agent that needs them */
  readonly convaiSettings?: (deadline: Deadline) => Promise<ConvaiSettings>;
}

/**
 * Reads an agent's set-up from ElevenLabs and records which fields calls may override, its numbers, and whether its
 * calls ask Precall. Throws ElevenLabsError, 503.
 */
export const checkAgent = async (
  agentId: string,
  deadline: Deadline,
  deps: AgentCheckDeps,
): Promise<{ readonly setup: AgentSetup; readonly details: AgentDetails }> => {
  const details = await getAgentSetup(deps.elevenLabs, agentId, deadline);
  const asks_precall = await asksPrecall(details, deadline, deps);
  const setup: AgentSetup = {
    overrides: details.overrides,
    numbers: [...details.numbers],
    ...(asks_precall !== undefined && { asks_precall }),
    ...(details.language !== undefined && { language: details.language }),
    checked_at: Math.floor(deps.nowMs() / 1000),
  };
  await deps.setups.record(agentId, setup);
  return { setup, details };
};

/** Undefined if ElevenLabs does not show the webhook of the workspace. */
const asksPrecall = async (
  { asksInitiation, initiationWebhook: own }: AgentDetails,
  deadline: Deadline,
  { elevenLabs, convaiSettings = (until) => getConvaiSettings(elevenLabs, until) }: AgentCheckDeps,
): Promise<boolean | undefined> => {
  if (!asksInitiation) return false;
  try {
    const webhook = own ?? (await convaiSettings(deadline)).initiationWebhook;
    return webhook !== undefined && isOwnWebhook(webhook);
  } catch (error) {
    if (error instanceof ElevenLabsError) return undefined;
    throw error;
  }
};
