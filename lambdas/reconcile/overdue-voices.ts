import { chunksOf, inBatches } from '../platform/batches';
import { type Conversation, heldWork, voiceOf } from '../voices/conversation';
import type { DeletionJob } from '../voices/deletion-job';
import { mayBeInCall } from '../voices/ended-conversation';
import type { Voice } from '../voices/voice';
import type { ReconcileDeps } from './deps';

/** The number of items that DynamoDB reads at a time. */
const batchSize = 100;

/** How soon the end of a call should be processed, in milliseconds. */
const settledMs = 15 * 60_000;

/** Yields voice-deletion jobs for expired voices, and for conversations that should no longer use their voice. */
export const overdueVoices = async function* ({
  voices,
  conversations,
  nowMs,
}: Pick<ReconcileDeps, 'voices' | 'conversations' | 'nowMs'>): AsyncIterable<DeletionJob> {
  for await (const batch of inBatches(voices.list({ exceptState: 'deleted' }), batchSize)) {
    const uses: Use[] = [];
    for (const voice of batch) {
      if (voice.expires_at * 1000 <= nowMs()) yield { reason: 'voice_expired', voice_id: voice.voice_id };
      else uses.push(...Object.entries(voice.users).map(([userId, agentId]) => ({ voice, userId, agentId })));
    }
    for (const chunk of chunksOf(uses, batchSize)) {
      const users = await conversations.readMany([...new Set(chunk.map(({ userId }) => userId))]);
      const userById = new Map(users.map((user) => [user.conversation_id, user]));
      for (const { voice, userId, agentId } of chunk) {
        const user = userById.get(userId);
        const job = user === undefined ? undefined : jobFor(voice, user, agentId, nowMs());
        if (job !== undefined) yield job;
      }
    }
  }
};

/** A conversation that uses a voice on an agent. */
interface Use {
  readonly voice: Voice;
  readonly userId: string;
  readonly agentId: string;
}

/** Returns the job for a conversation whose call is over, or that now has another voice. */
const jobFor = ({ voice_id }: Voice, user: Conversation, agent_id: string, nowMs: number): DeletionJob | undefined => {
  const { conversation_id, ended_at = Infinity, work } = user;
  const hasEnded = ended_at + settledMs <= nowMs && !mayBeInCall(user, nowMs);
  if (voiceOf(user) === voice_id) return hasEnded ? { reason: 'conversation_ended', conversation_id } : undefined;
  const isSettled = hasEnded || (work !== undefined && heldWork(user) === undefined);
  return isSettled ? { reason: 'claim_stuck', conversation_id, agent_id, voice_id } : undefined;
};
