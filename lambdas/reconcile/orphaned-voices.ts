import type { MarkedVoice } from '../elevenlabs/voices';
import type { DeletionJob } from '../voices/deletion-job';
import { markedConversation } from '../voices/voice-identity';
import type { AgentSnapshots } from './agents-to-restore';
import type { ReconcileDeps } from './deps';

/** A pre-call may still record a voice younger than this, in milliseconds. */
const safeAgeMs = 30 * 60_000;

/** Yields voices with exactly Precall's mark that the ledger does not know. A voice without a date counts as old. */
export const orphanedVoices = async function* (
  marked: readonly MarkedVoice[],
  { agents, unreadable }: AgentSnapshots,
  { voices, installationId, nowMs }: ReconcileDeps,
): AsyncIterable<DeletionJob> {
  const installation = await installationId();
  for (const { voice_id, description, created_at_unix } of marked) {
    const conversationId = markedConversation(description ?? '', installation);
    const isYoung = created_at_unix != null && created_at_unix * 1000 + safeAgeMs > nowMs();
    if (conversationId === undefined || isYoung || (await voices.read(voice_id)) !== undefined) continue;
    const having = agents
      .filter(({ found, seen }) => found.voice_id === voice_id || seen.activation?.voice_id === voice_id)
      .map(({ agentId }) => agentId);
    const agent_ids = [...new Set([...having, ...unreadable])];
    yield { reason: 'voice_orphaned', voice_id, conversation_id: conversationId, agent_ids };
  }
};
