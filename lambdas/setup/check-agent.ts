import { listBranches } from '../elevenlabs/agent-branches';
import { getAgentSetup } from '../elevenlabs/agent-setup';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Connection } from '../elevenlabs/request';
import { getConvaiSettings } from '../elevenlabs/workspace';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Deadline } from '../platform/deadline';
import { type AgentBranch, liveBranches, partsOfKey } from '../voices/agent-branches';
import type { AgentSetup } from './agent-setup';
import type { AgentDetails, ConvaiSettings } from './details';
import { isOwnWebhook } from './initiation-findings';

/** Dependencies for checking an agent. */
export interface AgentCheckDeps {
  readonly elevenLabs: Connection;
  readonly setups: Pick<AgentSetups, 'record'>;
  readonly nowMs: () => number;
  /** Reads the workspace's settings. Pass it if they are already read. @default read for each agent that needs them */
  readonly convaiSettings?: (deadline: Deadline) => Promise<ConvaiSettings>;
  /** Reads an agent's main branch. Pass it if it is already read. @default read for each agent */
  readonly mainBranchOf?: (agentId: string, deadline: Deadline) => Promise<AgentDetails>;
  /** Reads an agent's branches. Pass it if they are already read. @default read for each agent */
  readonly branchesOf?: (agentId: string, deadline: Deadline) => Promise<readonly AgentBranch[]>;
}

/**
 * Reads an agent's set-up from ElevenLabs. Records which fields calls may override, the agent's numbers, and whether
 * its calls ask Precall. Records only what every live branch allows and does, because any of them may serve a call.
 * Throws ElevenLabsError if ElevenLabs fails, and 503 if AWS fails.
 */
export const checkAgent = async (
  agentId: string,
  deadline: Deadline,
  deps: AgentCheckDeps,
): Promise<{ readonly setup: AgentSetup; readonly details: AgentDetails }> => {
  const {
    elevenLabs,
    mainBranchOf = (id: string, until: Deadline) => getAgentSetup(elevenLabs, id, until),
    branchesOf = (id: string, until: Deadline) => listBranches(elevenLabs, id, until),
  } = deps;
  // One after the other: checking many agents then sends one request per agent at a time.
  const main = await mainBranchOf(agentId, deadline);
  const listed = await branchesOf(agentId, deadline);
  const branches = await Promise.all(
    liveBranches(agentId, listed, main).map(async ({ key, isMain, name, blocker }) => {
      const { overrides, ...details } = isMain ? main : await getAgentSetup(elevenLabs, key, deadline);
      const id = isMain ? main.mainBranchId : partsOfKey(key).branchId;
      return { id, name, blocker, overrides, asksPrecall: await asksPrecall(details, deadline, deps) };
    }),
  );
  const allows = (field: keyof AgentDetails['overrides']): boolean =>
    branches.every(({ overrides }) => overrides[field]);
  const overrides = {
    voice: allows('voice'),
    first_message: allows('first_message'),
    max_duration: allows('max_duration'),
  };
  const answers = branches.map((branch) => branch.asksPrecall);
  const asks_precall = doAllAsk(answers);
  const setup: AgentSetup = {
    overrides,
    numbers: [...main.numbers],
    ...(asks_precall !== undefined && { asks_precall }),
    ...(main.language !== undefined && { language: main.language }),
    checked_at: Math.floor(deps.nowMs() / 1000),
  };
  await deps.setups.record(agentId, setup);
  return { setup, details: { ...main, overrides, branches } };
};

/** One branch that does not ask decides. Otherwise one that is unknown does. */
const doAllAsk = (answers: readonly (boolean | undefined)[]): boolean | undefined => {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
};

/** Returns whether a branch asks Precall. Returns undefined if ElevenLabs hides the workspace's webhook. */
const asksPrecall = async (
  { asksInitiation, initiationWebhook: own }: Pick<AgentDetails, 'asksInitiation' | 'initiationWebhook'>,
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
