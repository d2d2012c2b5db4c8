import { redialAfterS } from '../three-cx/three-cx-call';
import { callFailure } from './call-failure';
import type { PostCallDeps } from './deps';
import type { FailureEvent } from './post-call-event';

/**
 * Has the agent's call of a call of 3CX placed once more when it met a busy line: that is a confirmed failure, nobody spoke. Any
 * other outcome is not repeated. May be repeated itself. Throws 503.
 */
export const redialBusyCall = async (event: FailureEvent, deps: PostCallDeps): Promise<void> => {
  if (callFailure(event).reason !== 'busy') return;
  const call = await deps.calls.findByConversation(event.conversationId);
  if (call === undefined) return;
  const seen = await deps.calls.read(call);
  if (seen?.agent_call?.conversation_id !== event.conversationId || seen.redialled_at !== undefined) return;
  // Queued first: a job that finds the call placed does nothing.
  await deps.cloneJobs.enqueue({ kind: 'threecx_agent_call', call }, redialAfterS + 1);
  if (await deps.calls.reopen(call, event.conversationId, deps.nowMs()))
    deps.log.info('agent_call_redialled', { call });
};
