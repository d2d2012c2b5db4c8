import { getAgent } from '../elevenlabs/agents';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { MarkedVoice } from '../elevenlabs/voices';
import type { Deadline } from '../platform/deadline';
import { type Agent, isIdle, type VoicePair } from '../voices/agent';
import type { DeletionJob } from '../voices/deletion-job';
import type { ReconcileDeps } from './deps';

/** An agent as ElevenLabs showed it, and as the ledger had it after that. */
export interface AgentSnapshot {
  readonly agentId: string;
  readonly found: VoicePair;
  readonly seen: Agent;
}

/** The agents that could be read, and those that could not. */
export interface AgentSnapshots {
  readonly agents: readonly AgentSnapshot[];
  /** Agents that could not be read: each may have any voice. */
  readonly unreadable: readonly string[];
  /** Why the last of them could not be read. */
  readonly failure: Error | undefined;
}

/**
 * Reads every agent that was ever given a voice and that ElevenLabs still knows. If one cannot be read, the others are
 * still read. Throws ServiceError.
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
      const read = await getAgent(elevenLabs, agentId, deadline).catch(undefinedWhenGone);
      if (read !== undefined) snapshots.push({ agentId, found: read.pair, seen: await agents.read(agentId) });
    } catch (error) {
      log.error('agent_unreadable', error, { unreadable_agent_id: agentId });
      unreadable.push(agentId);
      failure = error instanceof Error ? error : undefined;
    }
  }
  return { agents: snapshots, unreadable, failure };
};

/** Agents without a live conversation that still have one of our voices or an activation. */
export const agentsToRestore = async function* (
  marked: readonly MarkedVoice[],
  agents: readonly AgentSnapshot[],
  { voices, nowMs }: ReconcileDeps,
): AsyncIterable<DeletionJob> {
  for (const { agentId, found, seen } of agents) {
    const { activation } = seen;
    if (activation !== undefined) {
      const users = (await voices.read(activation.voice_id))?.users ?? {};
      if (!(activation.conversation_id in users)) yield { reason: 'agent_not_restored', agent_id: agentId };
      continue;
    }
    if (!isIdle(seen, nowMs()) || found.voice_id === undefined) continue;
    const isOurs =
      marked.some(({ voice_id }) => voice_id === found.voice_id) || (await voices.read(found.voice_id)) !== undefined;
    if (isOurs) yield { reason: 'agent_not_restored', agent_id: agentId };
  }
};

const undefinedWhenGone = (error: unknown): undefined => {
  if (error instanceof ElevenLabsError && error.code === 'agent_not_found') return undefined;
  throw error;
};
