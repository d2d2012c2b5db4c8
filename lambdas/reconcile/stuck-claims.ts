import { isAbandoned } from '../voices/claim-decision';
import { voiceOf } from '../voices/conversation';
import type { DeletionJob } from '../voices/deletion-job';
import type { ReconcileDeps } from './deps';

/** How long after its lease a retry may take over a claim, in milliseconds. */
const takeOverMs = 15 * 60_000;

/**
 * Yields claims whose holder died and that no worker took over. If the claim's voice is on its agent, a call may be
 * live: yields it only once the longest call is over, so that the agent does not keep the voice until it expires.
 */
export const stuckClaims = async function* ({
  conversations,
  agents,
  longestCallS,
  nowMs,
}: Pick<ReconcileDeps, 'conversations' | 'agents' | 'longestCallS' | 'nowMs'>): AsyncIterable<DeletionJob> {
  for await (const conversation of conversations.list({ withoutEnd: true })) {
    const { conversation_id, agent_id } = conversation;
    if (!isAbandoned(conversation, takeOverMs, nowMs()) || agent_id === undefined) continue;
    const { activation } = await agents.read(agent_id);
    const isOnAgent = conversation.work?.state !== 'withdrawing' && activation?.conversation_id === conversation_id;
    if (isOnAgent && !isAbandoned(conversation, takeOverMs + longestCallS * 1000, nowMs())) continue;
    yield { reason: 'claim_stuck', conversation_id, agent_id, voice_id: voiceOf(conversation) ?? null };
  }
};
