import { isAbandoned } from '../voices/claim-decision';
import { type Conversation, voiceOf } from '../voices/conversation';
import type { DeletionJob } from '../voices/deletion-job';
import type { ReconcileDeps } from './deps';

/** After its lease a retry may take a claim over for this long, in milliseconds. */
const takeOverMs = 15 * 60_000;

/**
 * Claims whose holder died and that nobody took over. A claim whose voice is on its agent may belong to a live call: it
 * is left to the end of the call, or to its expiry.
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
