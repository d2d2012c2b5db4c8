import * as z from 'zod';
import { describeAgentBody, newAgentBody } from './agent-body';
import { patchOf, voiceIdIn } from './agent-patch';
import { type Answer, jsonAnswer } from './answer';
import { ApiError } from './errors';
import { apiId, newVersionId } from './ids';
import { jsonObject, mergeDeep } from './json';
import type { SimulatorState, StoredAgent } from './state';
import { ensurePremadeVoice } from './voices';

/** Reads an agent to start with. */
export const agentSeed = z.strictObject({
  agentId: apiId,
  name: z.string().min(1).default('Example agent'),
  voiceId: apiId,
  firstMessage: z.string(),
  conversationConfig: jsonObject.default({}),
  platformSettings: jsonObject.default({}),
});

/** An agent to start with: its id, voice and first message, and what else of its configuration is unusual. */
export type AgentSeed = z.input<typeof agentSeed>;

/** Adds an agent; its voice becomes a premade one if it does not exist. Throws Error when the agent exists. */
export const addAgent = (state: SimulatorState, seed: AgentSeed, nowMs: number): StoredAgent => {
  const traits = agentSeed.parse(seed);
  const { agentId, voiceId } = traits;
  if (state.agents.some((agent) => agent.agentId === agentId))
    throw new Error(`The agent ${agentId} exists. Choose another agentId, or reset the simulator.`);
  ensurePremadeVoice(state, voiceId);
  const agent = { agentId, body: newAgentBody(traits, nowMs), versionCount: 1 };
  state.agents.push(agent);
  return agent;
};

/** An agent in few words: id, name, current voice and first message, version. */
export const describeAgent = ({ agentId, body, versionCount }: StoredAgent) => ({
  agentId,
  ...describeAgentBody(body),
  versionCount,
});

/** The agent of this id. Throws ApiError 404 `agent_not_found`. */
export const findAgent = (state: SimulatorState, agentId: string): StoredAgent => {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  if (agent !== undefined) return agent;
  throw new ApiError(404, 'agent_not_found', `An agent with agent_id '${agentId}' was not found.`, 'agent_id');
};

/** `GET /v1/convai/agents/{agent_id}`. */
export const getAgent = (state: SimulatorState, agentId: string): Answer =>
  jsonAnswer(200, findAgent(state, agentId).body);

/**
 * `PATCH /v1/convai/agents/{agent_id}`: merges the body into the agent, makes a new version and answers the whole agent.
 * A voice that does not exist is accepted, since the real API's answer is not known, and recorded as an incident.
 */
export const patchAgent = (state: SimulatorState, agentId: string, body: unknown, nowMs: number): Answer => {
  const patch = patchOf(body);
  const before = findAgent(state, agentId);
  const merged = mergeDeep(mergeDeep(before.body, patch), {
    metadata: { updated_at_unix_secs: Math.floor(nowMs / 1000) },
    version_id: newVersionId(),
  });
  const after = { agentId, body: merged, versionCount: before.versionCount + 1 };
  state.agents[state.agents.indexOf(before)] = after;
  const voiceId = voiceIdIn(patch);
  if (voiceId !== undefined && !state.voices.some((voice) => voice.voiceId === voiceId)) {
    const at = new Date(nowMs).toISOString();
    state.incidents.push({ kind: 'danglingVoice', cause: 'patched', agentId, voiceId, at });
  }
  return jsonAnswer(200, merged);
};
