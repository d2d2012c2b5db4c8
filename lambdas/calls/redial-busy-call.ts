import { carryOut } from '../ledger/aggregate';
import { redial } from '../three-cx/next-step';
import { callFailure } from './call-failure';
import type { PostCallDeps } from './deps';
import type { FailureEvent } from './post-call-event';

/** Has the agent call of a 3CX call placed once more when it met a busy line. May be repeated. Throws 503. */
export const redialBusyCall = async (event: FailureEvent, deps: PostCallDeps): Promise<void> => {
  if (callFailure(event).reason !== 'busy') return;
  const call = await deps.calls.findByConversation(event.conversationId);
  if (call === undefined) return;
  const transition = redial(await deps.calls.read(call), event.conversationId, deps.nowMs());
  if (transition !== undefined && (await carryOut(deps.calls, call, transition, deps.cloneJobs)))
    deps.log.info('agent_call_redialled', { call });
};
