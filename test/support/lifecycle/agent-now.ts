import { describeAgent } from '../../../local/elevenlabs/agents';
import type { LifecycleRig } from './rig';

/** The agent as ElevenLabs has it. */
export const agentNow = (rig: Pick<LifecycleRig, 'elevenLabs'>, agentId = 'agent_1') => {
  const agent = rig.elevenLabs.state.agents.find((each) => each.agentId === agentId);
  if (agent === undefined) throw new Error(`There is no agent ${agentId}.`);
  return describeAgent(agent);
};
