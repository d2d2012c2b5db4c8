import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { checkAgent } from '../setup/check-agent';
import type { ReconcileDeps } from './deps';
import { knownAgents } from './known-agents';

/**
 * Records what every known agent lets be overridden, as it is now. An agent that cannot be read keeps what it had, and does not keep the
 * others from being read. Throws the first failure at the end; an agent that ElevenLabs no longer knows is none.
 */
export const recordSetups = async (deadline: Deadline, deps: ReconcileDeps): Promise<void> => {
  const failures: unknown[] = [];
  for (const agentId of await knownAgents(deps)) {
    await checkAgent(agentId, deadline, deps).catch((error: unknown) => {
      deps.log.error('agent_not_checked', error, { unchecked_agent_id: agentId });
      if (!(error instanceof ElevenLabsError && error.code === 'agent_not_found')) failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
};
