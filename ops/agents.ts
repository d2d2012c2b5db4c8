import * as z from 'zod';
import { agentSetup, type AgentSetup } from '../lambdas/setup/agent-setup';
import { agentItem, inFlightPatches } from '../lambdas/voices/agent';
import { type Installation, OperationError } from './installation';
import { itemKey, listItems, readItem } from './ledger';
import { queueDeletion } from './queues';

const knownAgent = agentItem.extend({ agent_id: z.string() });

/** An agent of the ledger, with its id. */
export type KnownAgent = z.infer<typeof knownAgent>;

/** Lists every agent that a pre-call has named. */
export const listAgents = async (installation: Installation): Promise<KnownAgent[]> => {
  const found = await Array.fromAsync(listItems(installation, 'agent', knownAgent));
  return found.sort((a, b) => a.agent_id.localeCompare(b.agent_id));
};

/** An agent and the result of its last setup check, which is undefined if it was never checked. */
export interface AgentDetails {
  readonly agent: KnownAgent;
  readonly setup: AgentSetup | undefined;
}

/** Returns one agent. Throws OperationError if no pre-call has named it. */
export const showAgent = async (installation: Installation, agentId: string): Promise<AgentDetails> => {
  const [agent, setup] = await Promise.all([
    readItem(installation, itemKey('agent', agentId), knownAgent),
    readItem(installation, itemKey('setup', agentId), agentSetup),
  ]);
  if (agent !== undefined) return { agent, setup };
  throw new OperationError('not_found', `No pre-call of ${installation.title} has named an agent ${agentId}.`);
};

/** Counts the PATCH requests to an agent that may still take effect. */
export const patchesInFlight = (agent: KnownAgent, nowMs: number): number => inFlightPatches(agent, nowMs).length;

/**
 * Queues a job that restores an agent's own voice and greeting. Throws OperationError while a call uses the agent,
 * because that call must end first.
 */
export const restoreAgent = async (installation: Installation, agentId: string): Promise<void> => {
  const { agent } = await showAgent(installation, agentId);
  const { activation } = agent;
  if (activation !== undefined)
    throw new OperationError(
      'refused',
      `The call ${activation.conversation_id} has the agent ${agentId}. End it first: ` +
        `precall end ${activation.conversation_id}. That restores the agent.`,
    );
  await queueDeletion(installation, { reason: 'agent_not_restored', agent_id: agentId });
};
