import { randomUUID } from 'node:crypto';
import { cachedVoice, type Caller } from '../callers/caller';
import { isConversationLive } from '../elevenlabs/conversations';
import type { Deadline } from '../platform/deadline';
import { RetryLater } from '../platform/retry-later';
import { placeAgentCall, refer } from './place-leg';
import { isTooLate, lineFreeAtMs, redialAfterS, type ThreeCxCall } from './three-cx-call';
import type { CloneWorkerDeps } from './worker-deps';

/** How often ElevenLabs is asked whether the greeting goes on, in milliseconds. */
const lookEveryMs = 1_000;

/** What placing a call may take, in milliseconds: a worker with less time left comes back. */
const placingMs = 25_000;

/** Seconds after which a worker whose time is up goes on waiting. */
const goOnWaitingS = 2;

/** Seconds after which a call that ElevenLabs did not take is placed again. */
const tryAgainS = 10;

/**
 * Places the agent's call of a call of 3CX once the greeting is over, or its longest duration has passed: with the caller's own
 * voice if there is one by then. Exactly one attempt places it, and one of unknown outcome is never repeated, as it may have rung.
 * Throws RetryLater, ServiceError.
 */
export const transition = async (call: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  const { calls, settings, log, meter, nowMs } = deps;
  const seen = await calls.read(call);
  if (seen?.attempt === undefined || seen.agent_call !== undefined) return;
  if (seen.greeting !== undefined && !settings.isTransitionAutomatic) return;
  if (seen.redialled_at === undefined) await waitForLine(seen, deadline, deps);
  else waitForRedial(seen.redialled_at, deps);
  const attempt = randomUUID();
  if (!(await calls.claimAgentCall(call, attempt))) {
    // The SDK repeats a claim whose answer got lost.
    if ((await calls.read(call))?.agent_call?.attempt !== attempt) return;
  }
  if (isTooLate(seen, nowMs())) {
    await calls.noteLeg(call, 'agent_call', { state: 'expired', attempt });
    log.warn('agent_call_expired');
    meter.countBy('AgentCalls', 'Outcome', 'expired');
    return;
  }
  await place(call, seen, attempt, deadline, deps);
};

const place = async (
  call: string,
  seen: ThreeCxCall,
  attempt: string,
  deadline: Deadline,
  deps: CloneWorkerDeps,
): Promise<void> => {
  const { settings, nowMs } = deps;
  const toNumber = settings.dialTarget === 'caller' ? seen.caller_number : settings.dialTarget;
  if (toNumber === undefined) return;
  const caller = await callerOf(seen, deps);
  const nowS = Math.floor(nowMs() / 1000);
  const voiceId = caller === undefined ? undefined : cachedVoice(caller, nowS + settings.longestCallS);
  const placed = await placeAgentCall(
    {
      call,
      threeCxCallId: seen.threecx_call_id,
      attempt,
      toNumber,
      callerHash: seen.caller_hash,
      callerNumber: seen.caller_number,
      callerName: caller?.name,
      voiceId,
      setup: undefined,
    },
    deadline,
    deps,
  );
  if (placed.state !== 'placing') {
    await Promise.all([deps.calls.noteLeg(call, 'agent_call', placed), refer(call, placed, deps)]);
    return;
  }
  await deps.calls.releaseAgentCallClaim(call, attempt);
  throw new RetryLater('call_not_taken', tryAgainS);
};

/** A caller that cannot be looked up is called with the agent's own voice. */
const callerOf = async (
  { caller_hash: callerHash }: ThreeCxCall,
  { callers, nowMs, log }: CloneWorkerDeps,
): Promise<Caller | undefined> => {
  if (callerHash === undefined) return undefined;
  return callers.read(callerHash, Math.floor(nowMs() / 1000)).catch((error: unknown) => {
    log.error('caller_unavailable', error);
    return undefined;
  });
};

/** A line that was busy is given time. Throws RetryLater. */
const waitForRedial = (redialledAtMs: number, { nowMs }: CloneWorkerDeps): void => {
  const leftMs = redialledAtMs + redialAfterS * 1000 - nowMs();
  if (leftMs > 0) throw new RetryLater('busy_line', leftMs / 1000);
};

/** Returns once the greeting is over; its conversation is asked for where it is known, and its longest duration counts where not. */
const waitForLine = async (seen: ThreeCxCall, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  const freeAtMs = lineFreeAtMs(seen, deps.settings.greetingMaxS);
  while (deps.nowMs() < freeAtMs) {
    if (await isOver(seen, deadline, deps)) return;
    if (deadline.leftMs() < placingMs + lookEveryMs) throw new RetryLater('greeting', goOnWaitingS);
    await deps.pause(Math.min(lookEveryMs, freeAtMs - deps.nowMs()));
  }
};

const isOver = async (
  { greeting }: ThreeCxCall,
  deadline: Deadline,
  { elevenLabs, log }: CloneWorkerDeps,
): Promise<boolean> => {
  if (greeting?.conversation_id === undefined) return false;
  return isConversationLive(elevenLabs, greeting.conversation_id, deadline).then(
    (isLive) => !isLive,
    (error: unknown) => {
      log.error('greeting_not_seen', error);
      return false;
    },
  );
};
