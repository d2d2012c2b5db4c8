import pLimit from 'p-limit';
import { partOf } from '../elevenlabs/agent-setup';
import { getAgent } from '../elevenlabs/agents';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { MarkedVoice } from '../elevenlabs/voices';
import type { Deadline } from '../platform/deadline';
import { type Agent, isIdle, type VoicePair } from '../voices/agent';
import { branchKey, otherBranches } from '../voices/agent-branches';
import type { DeletionJob } from '../voices/deletion-job';
import { agentsInParallel, type AgentReader } from './agent-reader';
import type { ReconcileDeps } from './deps';

/** A branch of an agent as ElevenLabs showed it, and its ledger item read after that. */
export interface AgentSnapshot {
  readonly agentId: string;
  /** The voice and first message that the branch has. */
  readonly pair: VoicePair;
  readonly agent: Agent;
}

/** The agents that could be read, and those that could not. */
export interface AgentSnapshots {
  readonly agents: readonly AgentSnapshot[];
  /** Agents that could not be read. Each may have any voice. */
  readonly unreadable: readonly string[];
  /** Why the last unreadable agent could not be read. */
  readonly failure: Error | undefined;
}

/**
 * Reads every branch of each of these agents that still exists at ElevenLabs. If one cannot be read, continues with the
 * others. Throws ServiceError if AWS fails.
 */
export const snapshotAgents = async (
  agentIds: Iterable<string>,
  reader: AgentReader,
  deadline: Deadline,
  deps: ReconcileDeps,
): Promise<AgentSnapshots> => {
  const unreadable: string[] = [];
  let failure: Error | undefined;
  const limit = pLimit(agentsInParallel);
  const reading = [...agentIds].map((agentId) =>
    limit(() =>
      snapshot(agentId, reader, deadline, deps).catch((error: unknown) => {
        deps.log.error('agent_unreadable', error, { unreadable_agent_id: agentId });
        unreadable.push(agentId);
        failure = error instanceof Error ? error : undefined;
        return [];
      }),
    ),
  );
  return { agents: (await Promise.all(reading)).flat(), unreadable, failure };
};

const snapshot = async (
  agentId: string,
  reader: AgentReader,
  deadline: Deadline,
  { agents, elevenLabs }: ReconcileDeps,
): Promise<AgentSnapshot[]> => {
  const reading = await reader.main(agentId).catch(undefinedWhenGone);
  if (reading === undefined) return [];
  const main = partOf(reading.agent);
  const snapshots = [{ agentId, pair: main.pair, agent: await agents.read(agentId) }];
  for (const { id } of otherBranches(await reader.branches(agentId), main)) {
    const key = branchKey(agentId, id);
    const { pair } = await getAgent(elevenLabs, key, deadline);
    snapshots.push({ agentId, pair, agent: await agents.read(key) });
  }
  return snapshots;
};

/** Yields each agent that has no live conversation but still has an activation or a voice from Precall. */
export const agentsToRestore = async function* (
  marked: readonly MarkedVoice[],
  agents: readonly AgentSnapshot[],
  deps: ReconcileDeps,
): AsyncIterable<DeletionJob> {
  const queued = new Set<string>();
  for (const snapshot of agents) {
    const { agentId } = snapshot;
    if (queued.has(agentId) || !(await needsRestore(snapshot, marked, deps))) continue;
    queued.add(agentId);
    yield { reason: 'agent_not_restored', agent_id: agentId };
  }
};

const needsRestore = async (
  { pair, agent }: AgentSnapshot,
  marked: readonly MarkedVoice[],
  { voices, nowMs }: ReconcileDeps,
): Promise<boolean> => {
  const { activation } = agent;
  if (activation !== undefined) {
    const users = (await voices.read(activation.voice_id))?.users ?? {};
    return !(activation.conversation_id in users);
  }
  if (!isIdle(agent, nowMs()) || pair.voice_id === undefined) return false;
  return marked.some(({ voice_id }) => voice_id === pair.voice_id) || (await voices.read(pair.voice_id)) !== undefined;
};

const undefinedWhenGone = (error: unknown): undefined => {
  if (error instanceof ElevenLabsError && error.code === 'agent_not_found') return undefined;
  throw error;
};
