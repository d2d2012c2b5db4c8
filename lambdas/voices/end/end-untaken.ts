import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { endUntaken } from '../starting-call';
import type { VoiceDeletionDeps } from './deps';
import { endConversation } from './end-conversation';
import { endKeptS } from './write-end';

/**
 * Ends a pre-call that no call has taken while it was valid, because its caller never rang. Does nothing if a call has
 * taken it. Throws RetryLater while it is valid; ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const endUntakenPreCall = async (
  conversationId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const { conversations, nowMs, log } = deps;
  log.identify({ conversation_id: conversationId });
  const seen = await conversations.read(conversationId);
  if (seen?.ended_at !== undefined) return endConversation(conversationId, deadline, deps);
  if (seen?.work?.state !== 'ready') return;
  const leftMs = seen.work.valid_until * 1000 - nowMs();
  if (leftMs > 0) throw new RetryLater('precall_valid', leftMs / 1000);
  const ended = endUntaken(seen, nowMs(), Math.floor(nowMs() / 1000) + endKeptS);
  if (ended === undefined || !(await conversations.write(conversationId, ended))) return;
  log.info('precall_untaken');
  await endConversation(conversationId, deadline, deps);
};
