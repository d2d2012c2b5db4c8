import { randomUUID } from 'node:crypto';
import type { Caller } from '../callers/caller';
import { mayUseVoice } from '../callers/consent';
import { isConversationLive } from '../elevenlabs/conversations';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { RetryLater } from '../platform/retry-later';
import { checkAgent } from '../setup/check-agent';
import { cachedVoiceFor } from '../voices/cached-voice';
import { obtainCallerVoice, type ObtainedVoice } from '../voices/caller-voice';
import type { CloneJob } from '../voices/clone-job';
import { type AgentCallStep, awaitedVoice, nextStep } from './next-step';
import { linkConversation, placeAgentCall } from './place-call';
import { type ClaimedCall, claimAgentCall, conversationOf, giveUpAgentCall, settleAgentCall } from './three-cx-call';
import type { CloneWorkerDeps } from './worker-deps';

/**
 * Delay, in seconds, before a job checks again whether the greeting is over or another attempt's clone is finished. The
 * worker does not wait itself, because Lambda bills its time.
 */
const recheckAfterS = 1;

/** Delay, in seconds, before retrying a call that ElevenLabs did not accept. */
const retryAfterS = 10;

/**
 * Runs one job of the clone queue. If the work is already done, changes nothing. Throws RetryLater if the job must
 * wait, and ElevenLabsError or ServiceError if it failed. In each case the job runs again later.
 */
export const processJob = async (job: CloneJob, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  deps.log.info('clone_job', { kind: job.kind, call: 'call' in job ? job.call : undefined });
  switch (job.kind) {
    case 'caller_clone':
      return prepareVoice(job.caller_hash, deadline, deps);
    case 'agent_check':
      return checkKnownAgent(job.agent_id, deadline, deps);
    case 'threecx_clone':
      await waitForVoice(job.call, deadline, deps);
      return continueCall(job.call, deadline, deps);
    case 'threecx_agent_call':
      return continueCall(job.call, deadline, deps);
  }
};

/**
 * Obtains a voice for the caller's next call. Does not retry a refused clone, because ElevenLabs would refuse it again;
 * the caller's next call requests a new one.
 */
const prepareVoice = async (callerHash: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  try {
    const obtained = await obtainCallerVoice(callerHash, deadline, deps);
    deps.log.info('caller_voice', { outcome: obtained.outcome });
    if (obtained.outcome === 'claimed')
      throw new RetryLater('clone', Math.max(1, (obtained.untilMs - deps.nowMs()) / 1000));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.error('caller_voice_refused', error);
  }
};

const checkKnownAgent = async (agentId: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  try {
    await checkAgent(agentId, deadline, deps);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.error('agent_not_checked', error);
  }
};

const isRefusal = (error: unknown): boolean => error instanceof ElevenLabsError && error.kind === 'refused';

/**
 * Obtains a voice for a 3CX call. If that fails, the agent uses its own voice. Throws RetryLater while another attempt
 * is cloning the voice, until the call's time is up.
 */
const waitForVoice = async (call: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  const { calls, setups, settings, nowMs, log } = deps;
  const awaited = awaitedVoice(await calls.read(call), nowMs(), settings.cloneMaxWaitS);
  if (awaited === undefined) return;
  // Clones are scarce, so none is made for an agent that is known to refuse a voice.
  if ((await setups.read(settings.agentId))?.overrides.voice === false) return;
  const outcome = await obtainVoice(awaited.callerHash, deadline, deps);
  if (outcome === 'claimed' && nowMs() < awaited.untilMs) throw new RetryLater('clone', recheckAfterS);
  log.info('caller_voice', { outcome, waited_ms: nowMs() - awaited.sinceMs });
};

const obtainVoice = async (
  callerHash: string,
  deadline: Deadline,
  deps: CloneWorkerDeps,
): Promise<ObtainedVoice['outcome'] | 'failed'> => {
  try {
    return (await obtainCallerVoice(callerHash, deadline, deps)).outcome;
  } catch (error) {
    deps.log.error('caller_voice_failed', error);
    return 'failed';
  }
};

/**
 * Continues a 3CX call step by step to its agent call. Throws RetryLater if it must wait, AwsUnavailable when the
 * ledger fails.
 */
const continueCall = async (callKey: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  const call = await deps.calls.read(callKey);
  let wasGreetingOver = false;
  for (;;) {
    const step = nextStep(call, { ...deps.settings, nowMs: deps.nowMs(), isGreetingOver: wasGreetingOver });
    switch (step.do) {
      case 'nothing':
        return;
      case 'wait':
        await waitForLine(step, deadline, deps);
        wasGreetingOver = true;
        break;
      case 'give_up':
        return giveUp(step, deps);
      case 'place':
        return placeOnce(step, deadline, deps);
    }
  }
};

type Step<Do extends AgentCallStep['do']> = Extract<AgentCallStep, { do: Do }>;

/** Returns once the greeting is over. Throws RetryLater while it is not, and for a busy line. */
const waitForLine = async (step: Step<'wait'>, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  const waitS = (step.untilMs - deps.nowMs()) / 1000;
  if (step.for === 'busy_line') throw new RetryLater('busy_line', waitS);
  if (await isGreetingOver(step.call, deadline, deps)) return;
  throw new RetryLater('greeting', Math.min(recheckAfterS, waitS));
};

/** Returns whether the greeting's conversation is over; false if unknown. */
const isGreetingOver = async (
  { greeting }: ClaimedCall,
  deadline: Deadline,
  { elevenLabs, log }: CloneWorkerDeps,
): Promise<boolean> => {
  const conversationId = conversationOf(greeting);
  if (conversationId === undefined) return false;
  return isConversationLive(elevenLabs, conversationId, deadline).then(
    (isLive) => !isLive,
    (error: unknown) => {
      log.error('greeting_not_seen', error);
      return false;
    },
  );
};

const giveUp = async ({ call, code }: Step<'give_up'>, { calls, log, meter }: CloneWorkerDeps): Promise<void> => {
  if (!(await calls.write(call.call, giveUpAgentCall(call, code)))) return;
  log.warn(code === undefined ? 'agent_call_expired' : 'agent_call_without_number', { call: call.call });
  meter.countBy('AgentCalls', 'Outcome', code === undefined ? 'expired' : 'failed');
};

/** Places the agent call, in exactly one attempt. Throws RetryLater if ElevenLabs did not accept it. */
const placeOnce = async (
  { call, toNumber }: Step<'place'>,
  deadline: Deadline,
  deps: CloneWorkerDeps,
): Promise<void> => {
  const attempt = randomUUID();
  if (!(await deps.calls.write(call.call, claimAgentCall(call, attempt)))) return;
  const caller = await callerOf(call, deps);
  const leg = {
    threeCxCallId: call.threecx_call_id,
    toNumber,
    callerHash: call.caller_hash,
    callerNumber: call.caller_number,
    callerName: caller?.name,
    voiceId: await voiceOf(call, caller, deps),
    setup: undefined,
  };
  const outcome = await placeAgentCall(leg, deadline, deps);
  await Promise.all([
    deps.calls.write(call.call, settleAgentCall(attempt, outcome, call.agent_call)),
    linkConversation(call.call, outcome, deps),
  ]);
  if (outcome.state === 'not_taken') throw new RetryLater('call_not_taken', retryAfterS);
};

const voiceOf = async (
  { caller_hash: callerHash }: ClaimedCall,
  caller: Caller | undefined,
  deps: CloneWorkerDeps,
): Promise<string | undefined> => {
  if (callerHash === undefined || caller === undefined || !mayUseVoice(caller, deps.settings.consent)) return undefined;
  const nowS = Math.floor(deps.nowMs() / 1000);
  return cachedVoiceFor({ callerHash, caller, nowS }, deps.settings.longestCallS, deps);
};

/** Reads the caller. If that fails, the call uses the agent's own voice. */
const callerOf = async (
  { caller_hash: callerHash }: ClaimedCall,
  { callers, nowMs, log }: CloneWorkerDeps,
): Promise<Caller | undefined> => {
  if (callerHash === undefined) return undefined;
  return callers.read(callerHash, Math.floor(nowMs() / 1000)).catch((error: unknown) => {
    log.error('caller_unavailable', error);
    return undefined;
  });
};
