import type { MarkedVoice } from '../elevenlabs/voices';
import { chunksOf } from '../platform/batches';
import type { DeletionJob } from '../voices/deletion-job';
import { markedConversation } from '../voices/voice-identity';
import type { AgentSnapshots } from './agents-to-restore';
import type { ReconcileDeps } from './deps';

/** The number of items that DynamoDB reads at a time. */
const batchSize = 100;

/** A pre-call may still record a voice younger than this, in milliseconds. */
const safeAgeMs = 30 * 60_000;

/** A voice that the ledger does not know, and the conversation that it was cloned for. */
export interface Orphan {
  readonly voice_id: string;
  readonly conversationId: string | null;
}

/** Finds voices with exactly Precall's mark that the ledger does not know. A voice without a date counts as old. */
export const findOrphans = async (
  marked: readonly MarkedVoice[],
  { voices, installationId, nowMs }: ReconcileDeps,
): Promise<readonly Orphan[]> => {
  const installation = await installationId();
  const candidates = marked.flatMap(({ voice_id, description, created_at_unix }): Orphan[] => {
    const conversationId = markedConversation(description ?? '', installation);
    const isYoung = created_at_unix != null && created_at_unix * 1000 + safeAgeMs > nowMs();
    return conversationId === undefined || isYoung ? [] : [{ voice_id, conversationId }];
  });
  const knownIds = new Set<string>();
  for (const batch of chunksOf(candidates, batchSize))
    for (const { voice_id } of await voices.readMany(batch.map((each) => each.voice_id))) knownIds.add(voice_id);
  return candidates.filter(({ voice_id }) => !knownIds.has(voice_id));
};

/** Returns a job for each orphan, with the agents that may have it. */
export const orphanJobs = (orphans: readonly Orphan[], { agents, unreadable }: AgentSnapshots): DeletionJob[] =>
  orphans.map(({ voice_id, conversationId }) => {
    const withVoice = agents
      .filter(({ pair, agent }) => pair.voice_id === voice_id || agent.activation?.voice_id === voice_id)
      .map(({ agentId }) => agentId);
    const agent_ids = [...new Set([...withVoice, ...unreadable])];
    return { reason: 'voice_orphaned', voice_id, conversation_id: conversationId, agent_ids };
  });
