import { redialAfterS } from '../three-cx/three-cx-call';
import { callFailure } from './call-failure';
import type { PostCallDeps } from './deps';
import type { LinkedThreeCxCall } from './identify-call';
import type { FailureEvent } from './post-call-event';

/**
 * Places the agent's call of a 3CX call once more after it met a busy line, because nobody spoke. Does not repeat other
 * failures. Safe to repeat. Throws 503.
 */
export const redialBusyCall = async (
  event: FailureEvent,
  threeCxCall: LinkedThreeCxCall | undefined,
  { calls, cloneJobs, nowMs, log }: PostCallDeps,
): Promise<void> => {
  if (threeCxCall === undefined || callFailure(event).reason !== 'busy') return;
  const { key: call, item } = threeCxCall;
  if (item?.agent_call?.conversation_id !== event.conversationId || item.redialled_at !== undefined) return;
  // Queue the job first: it does nothing if the call has been placed.
  await cloneJobs.enqueue({ kind: 'threecx_agent_call', call }, redialAfterS + 1);
  if (await calls.reopen(call, event.conversationId, nowMs())) log.info('agent_call_redialled', { call });
};
