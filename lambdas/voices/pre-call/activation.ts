import type { Activation } from '../agent';
import { activateVoice, type PlacedVoice } from '../on-agent/activate';
import { withdrawActivation } from '../on-agent/restore-agent';
import { type AgentView, unlessOverrideServes } from './agent-view';
import type { PreCall, PreCallDeps } from './deps';
import { noteRefusal } from './patch-refusals';
import type { BranchView } from './read-branches';

/**
 * Sets the voice and the first message on every live branch of the agent, as `AGENT_ACTIVATION` specifies. Throws
 * ServiceError when a PATCH fails, except for `both`.
 */
export const activate = async (
  call: PreCall,
  activation: Activation,
  { branches }: AgentView,
  deps: PreCallDeps,
): Promise<Activated> => {
  if (branches === undefined) return notActivated;
  const placed = await unlessOverrideServes(activateOnBranches(call, activation, branches, deps), deps);
  if (placed === undefined) return notActivated;
  // From now on, the other conversation's caller hears this voice, unless the call has its own override.
  if (placed.some(({ superseded }) => superseded?.is_recognised === false)) deps.meter.count('CallsWithOthersVoice');
  return { isUpdated: true, settled: Promise.all(placed.map(({ settled }) => settled)) };
};

/** The agent after its PATCHes. */
interface Activated {
  /** Whether ElevenLabs confirmed each PATCH. */
  readonly isUpdated: boolean;
  /** Resolves when the ledger has no entry of these PATCHes. Never rejects. */
  readonly settled: Promise<unknown>;
}

const notActivated: Activated = { isUpdated: false, settled: Promise.resolve() };

/**
 * Activates the voice on these branches. Throws ElevenLabsError or ServiceError when a PATCH fails.
 */
const activateOnBranches = async (
  { event: { agent_id: agentId }, deadline }: PreCall,
  activation: Activation,
  branches: readonly BranchView[],
  deps: PreCallDeps,
): Promise<readonly PlacedVoice[]> => {
  const placing = branches.map(({ key, snapshot, procedures }) =>
    activateVoice({ agentId: key, activation, procedures }, snapshot, deadline, deps),
  );
  await Promise.allSettled(placing);
  try {
    return await Promise.all(placing);
  } catch (error) {
    await noteRefusal(agentId, error, deps);
    if (branches.length > 1) await takeBack(agentId, activation, branches, deps);
    throw error;
  }
};

/**
 * Withdraws the activation from all branches after one failed, and queues their restore. Never throws, because the end
 * of the conversation restores them too.
 */
const takeBack = async (
  agentId: string,
  { conversation_id: conversationId, voice_id: voiceId }: Activation,
  branches: readonly BranchView[],
  deps: PreCallDeps,
): Promise<void> => {
  try {
    await Promise.all(branches.map(({ key }) => withdrawActivation({ agentId: key, conversationId, voiceId }, deps)));
    await deps.deletionJobs.enqueue({ reason: 'agent_not_restored', agent_id: agentId }, 0);
  } catch (error) {
    deps.log.error('branches_not_restored', error);
  }
};
