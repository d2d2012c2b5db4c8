import { listBranches } from '../elevenlabs/agent-branches';
import { getAgent } from '../elevenlabs/agents';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { MarkedVoice } from '../elevenlabs/voices';
import type { Deadline } from '../platform/deadline';
import { type Agent, isIdle, type VoicePair } from '../voices/agent';
import { branchKey, otherBranches } from '../voices/agent-branches';
import type { DeletionJob } from '../voices/deletion-job';
import type { ReconcileDeps } from './deps';

/** A branch of an agent as ElevenLabs showed it, and its ledger item read after that. */
export interface AgentSnapshot {
  readonly agentId: string;
  readonly found: VoicePair;
  readonly seen: Agent;
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
 * Reads every branch of each agent that ever had a voice from Precall and still exists at ElevenLabs. If one cannot be
 * read, continues with the others. Throws ServiceError if AWS fails.
 */
export const snapshotAgents = async (
  deadline: Deadline,
  { agents, elevenLabs, log }: ReconcileDeps,
): Promise<AgentSnapshots> => {
  const snapshots: AgentSnapshot[] = [];
  const unreadable: string[] = [];
  let failure: Error | undefined;
  for await (const agentId of agents.list()) {
    try {
      const main = await getAgent(elevenLabs, agentId, deadline).catch(undefinedWhenGone);
      if (main === undefined) continue;
      snapshots.push({ agentId, found: main.pair, seen: await agents.read(agentId) });
      for (const { id } of otherBranches(await listBranches(elevenLabs, agentId, deadline), main)) {
        const key = branchKey(agentId, id);
        const { pair } = await getAgent(elevenLabs, key, deadline);
        snapshots.push({ agentId, found: pair, seen: await agents.read(key) });
      }
    } catch (error) {
      log.error('agent_unreadable', error, { unreadable_agent_id: agentId });
      unreadable.push(agentId);
      failure = error instanceof Error ? error : undefined;
    }
  }
  return { agents: snapshots, unreadable, failure };
};

/** Yields each agent that has no live conversation but still has an activation or a voice from Precall. */
export const agentsToRestore = async function* (
  marked: readonly MarkedVoice[],
  agents: readonly AgentSnapshot[],
  deps: ReconcileDeps,
): AsyncIterable<DeletionJob> {
  const done = new Set<string>();
  for (const snapshot of agents) {
    const { agentId } = snapshot;
    if (done.has(agentId) || !(await isToRestore(snapshot, marked, deps))) continue;
    done.add(agentId);
    yield { reason: 'agent_not_restored', agent_id: agentId };
  }
};

const isToRestore = async (
  { found, seen }: AgentSnapshot,
  marked: readonly MarkedVoice[],
  { voices, nowMs }: ReconcileDeps,
): Promise<boolean> => {
  const { activation } = seen;
  if (activation !== undefined) {
    const users = (await voices.read(activation.voice_id))?.users ?? {};
    return !(activation.conversation_id in users);
  }
  if (!isIdle(seen, nowMs()) || found.voice_id === undefined) return false;
  return (
    marked.some(({ voice_id }) => voice_id === found.voice_id) || (await voices.read(found.voice_id)) !== undefined
  );
};

const undefinedWhenGone = (error: unknown): undefined => {
  if (error instanceof ElevenLabsError && error.code === 'agent_not_found') return undefined;
  throw error;
};
