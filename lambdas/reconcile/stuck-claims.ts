import { isAbandoned } from '../voices/claim-decision';
import { type Conversation, voiceOf } from '../voices/conversation';
import type { DeletionJob } from '../voices/deletion-job';
import type { ReconcileDeps } from './deps';

/** How long after its lease a retry may take over a claim, in milliseconds. */
const takeOverMs = 15 * 60_000;

/**
 * Yields claims whose holder died and that no worker took over. Skips a claim whose voice is on its agent, because the
 * call may be live. The end of the call or its expiry handles that claim.
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
