import { type Conversation, isAbandoned, voiceOf } from '../voices/conversation';
import type { DeletionJob } from '../voices/deletion-job';
import type { ReconcileDeps } from './deps';

/** After its lease a claim gets this long to be taken over by a repetition, in milliseconds. */
const takeOverMs = 15 * 60_000;

/**
 * Claims whose holder died and that nobody took over. One whose voice is on its agent may be a call that goes on: it is left to its
 * end or its expiry.
 */
export const stuckClaims = async function* ({
  conversations,
  agents,
  nowMs,
}: ReconcileDeps): AsyncIterable<DeletionJob> {
  const isStuck = (seen: Conversation): boolean => isAbandoned(seen, takeOverMs, nowMs());
  for await (const listed of conversations.list()) {
    if (!isStuck(listed) || listed.agent_id === undefined) continue;
    const { conversation_id, agent_id } = listed;
    const seen = await conversations.read(conversation_id);
    if (seen === undefined || !isStuck(seen)) continue;
    const { activation } = await agents.read(agent_id);
    const mayGoOn = seen.work?.state !== 'withdrawing' && activation?.conversation_id === conversation_id;
    if (mayGoOn) continue;
    yield { reason: 'claim_stuck', conversation_id, agent_id, voice_id: voiceOf(seen) ?? null };
  }
};
