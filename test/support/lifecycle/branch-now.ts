import { findBranch, withBranch } from '../../../local/elevenlabs/agent-branches';
import { describeAgentBody } from '../../../local/elevenlabs/agent-settings';
import type { BranchTraits, StoredAgent } from '../../../local/elevenlabs/state';
import type { TestElevenLabs } from '../elevenlabs';

interface Rig {
  readonly elevenLabs: TestElevenLabs;
}

const agentOf = ({ elevenLabs: { state } }: Rig, agentId: string): StoredAgent => {
  const agent = state.agents.find((each) => each.agentId === agentId);
  if (agent === undefined) throw new Error(`There is no agent ${agentId}.`);
  return agent;
};

/** The voice and greeting that a branch has at ElevenLabs; the main one by default. */
export const branchNow = (rig: Rig, agentId: string, branchId?: string): { voiceId: string; firstMessage: string } => {
  const { voiceId, firstMessage } = describeAgentBody(findBranch(agentOf(rig, agentId), branchId).body);
  return { voiceId, firstMessage };
};

/** The procedures of the main branch that have drafts of the key's owner. */
export const draftsNow = (rig: Rig, agentId: string): string[] =>
  Object.keys(findBranch(agentOf(rig, agentId), undefined).drafts);

/** Changes what a branch is like, as a person does at the dashboard. */
export const changeBranch = (
  rig: Rig,
  agentId: string,
  branchId: string | undefined,
  change: Partial<BranchTraits>,
): void => {
  const before = agentOf(rig, agentId);
  const { agents } = rig.elevenLabs.state as { agents: StoredAgent[] };
  agents[agents.indexOf(before)] = withBranch(before, branchId, change);
};

/** Makes a branch of the main one as it is now, as a person does at the dashboard. */
export const branchOff = (rig: Rig, agentId: string, branchId: string): void => {
  const before = agentOf(rig, agentId);
  const main = findBranch(before, undefined);
  const { agents } = rig.elevenLabs.state as { agents: StoredAgent[] };
  const { body, versions, versionCount } = main;
  const made = { ...main, body: { ...body, branch_id: branchId }, versions, versionCount };
  const branch = { ...made, branchId, name: branchId, livePercentage: 0, parentBranchId: main.branchId };
  agents[agents.indexOf(before)] = { ...before, branches: [...(before.branches ?? []), branch] };
};
