import { carryOut } from '../ledger/aggregate';
import { redial } from '../three-cx/next-step';
import { callFailure } from './call-failure';
import type { PostCallDeps } from './deps';
import type { LinkedThreeCxCall } from './identify-call';
import type { FailureEvent } from './post-call-event';

/**
 * Places the agent call of a 3CX call once more after a busy line, because nobody spoke. Does not repeat other
 * failures. Safe to repeat. Throws 503 if AWS fails.
 */
export const redialBusyCall = async (
  event: FailureEvent,
  threeCxCall: LinkedThreeCxCall | undefined,
  { calls, cloneJobs, nowMs, log }: PostCallDeps,
): Promise<void> => {
  const { conversationId } = event;
  if (threeCxCall === undefined || conversationId === undefined || callFailure(event).reason !== 'busy') return;
  const { key: call, item } = threeCxCall;
  const transition = redial(item, conversationId, nowMs());
  if (transition !== undefined && (await carryOut(calls, call, transition, cloneJobs)))
    log.info('agent_call_redialled', { call });
};
