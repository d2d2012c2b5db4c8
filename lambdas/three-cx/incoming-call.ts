import { randomUUID } from 'node:crypto';
import type { CloneJobs } from '../aws/job-queue';
import { type Caller, isErasedFor } from '../callers/caller';
import { mayUseVoice } from '../callers/consent';
import { knownCaller } from '../initiation/initiation';
import type { Calls } from '../ledger/calls';
import type { CallerAndSetup } from '../ledger/initiation-view';
import type { Deadline } from '../platform/deadline';
import { callerErased, ServiceError, AwsUnavailable } from '../platform/errors';
import type { AgentSetup } from '../setup/agent-setup';
import { cachedVoiceFor } from '../voices/cached-voice';
import type { ThreeCxCallDeps } from './deps';
import { numberToDial } from './next-step';
import { type LegToPlace, linkConversation, placeAgentCall, placeGreeting } from './place-call';
import { callKeptS } from './settings';
import {
  type AgentCall,
  callDigest,
  claimCall,
  continuingJobs,
  type DelayedJob,
  type Greeting,
  isClaimed,
  isExpired,
  type LegName,
  markScheduled,
  type NewCall,
  type PlacingOutcome,
  settleAgentCall,
  settleGreeting,
  type ThreeCxCall,
} from './three-cx-call';
import type { ThreeCxEvent } from './three-cx-event';

/** Dependencies for handling an incoming call. */
export interface IncomingCallDeps extends ThreeCxCallDeps {
  readonly jobs: CloneJobs;
  /**
   * Reads the callers with these keys and the agent's set-up in one read, as of `nowS` (unix seconds). Throws 503 when
   * the ledger fails.
   */
  readonly readCallersAndSetup: (hashes: readonly string[], agentId: string, nowS: number) => Promise<CallerAndSetup>;
  /** Returns the number in E.164 form; undefined if it is not a phone number. */
  readonly normalise: (phoneNumber: string) => string | undefined;
  readonly callerHashes: (phoneNumber: string) => Promise<readonly string[]>;
}

/** The answer to an `IncomingCall` event. */
export interface ThreeCxAnswer {
  readonly status: 'success';
  /** Null until ElevenLabs returns one. */
  readonly call_id: string | null;
  /** The voice of the placed call; `pending` if there is none. */
  readonly cloned_voice_id: string;
  readonly '3cx_call_id': string;
  readonly message: string;
}

/**
 * Answers a 3CX call. Claims it first, so that a duplicate causes no call. A caller with a voice gets the agent call
 * immediately; any other caller gets the greeting while the voice is cloned. Queues the jobs that continue the call.
 * Throws 400 if the caller cannot be called, 409 if the caller was erased meanwhile, 503 when the ledger or the queue
 * fails.
 */
export const incomingCall = async (
  event: ThreeCxEvent,
  signedAtS: number,
  deadline: Deadline,
  deps: IncomingCallDeps,
): Promise<ThreeCxAnswer> => {
  const { settings, nowMs, meter } = deps;
  const callerNumber = deps.normalise(event.caller_id ?? '');
  const toNumber = numberToDial(callerNumber, settings.dialTarget);
  if (toNumber === undefined) throw notCallable();
  const nowS = Math.floor(nowMs() / 1000);
  const { callerHash, caller, setup, erasedAtS } = await recognise(callerNumber, nowS, deps);
  if (isErasedFor({ erased_at: erasedAtS }, signedAtS)) throw callerErased();
  const mayUse = caller !== undefined && mayUseVoice(caller, settings.consent);
  const voiceId =
    mayUse && callerHash !== undefined
      ? await cachedVoiceFor({ callerHash, caller, nowS }, settings.longestCallS, deps)
      : undefined;
  const newCall: NewCall = {
    call: callDigest(event.call_id),
    threeCxCallId: event.call_id,
    attempt: randomUUID(),
    callerNumber,
    callerHash,
    firstLeg: voiceId === undefined ? 'greeting' : 'agent_call',
    receivedAtMs: nowMs(),
    expiresAtS: nowS + callKeptS,
    cloneMaxWaitS: settings.cloneMaxWaitS,
  };
  const claimed = await claim(newCall, deps);
  if ('earlier' in claimed) return answerAgain(newCall, claimed.earlier, deps);
  meter.count(voiceId === undefined ? 'VoiceCacheMisses' : 'VoiceCacheHits');
  const leg = { ...newCall, toNumber, callerName: caller?.name, voiceId, setup };
  return answerOf(event.call_id, newCall.firstLeg, await placeFirst({ ...claimed, newCall, leg }, deadline, deps));
};

/** Claims the call. Returns its jobs, or the call that another delivery claimed. Throws 503 when the ledger fails. */
const claim = async (
  newCall: NewCall,
  { calls, nowMs }: IncomingCallDeps,
): Promise<{ readonly jobs: readonly DelayedJob[] } | { readonly earlier: ThreeCxCall }> => {
  const jobs = await tryToClaim(newCall, undefined, calls);
  if (jobs !== undefined) return { jobs };
  const earlier = await calls.read(newCall.call);
  if (earlier === undefined)
    throw new AwsUnavailable('DynamoDB', 'claim the call', new Error('The call was claimed, but is not there.'));
  if (!isExpired(earlier, nowMs())) return { earlier };
  const jobsOfReplacement = await tryToClaim(newCall, earlier, calls);
  if (jobsOfReplacement !== undefined) return { jobs: jobsOfReplacement };
  throw new AwsUnavailable(
    'DynamoDB',
    'claim the call',
    new Error('Another delivery has already replaced the expired call.'),
  );
};

/** Tries to claim the call. Returns its jobs, which are queued while the first leg is placed; undefined if refused. */
const tryToClaim = async (
  newCall: NewCall,
  expired: ThreeCxCall | undefined,
  calls: Calls,
): Promise<readonly DelayedJob[] | undefined> => {
  const { enqueue, ...change } = claimCall(newCall, expired);
  return (await calls.write(newCall.call, change)) ? enqueue.job : undefined;
};

/** Places the first leg while the jobs are queued. Throws 503 if queueing fails: the next delivery queues the jobs. */
const placeFirst = async (
  { jobs, newCall, leg }: { jobs: readonly DelayedJob[]; newCall: NewCall; leg: LegToPlace },
  deadline: Deadline,
  deps: IncomingCallDeps,
): Promise<PlacingOutcome> => {
  const queueing = deps.jobs.enqueueAll(jobs).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const isGreeting = newCall.firstLeg === 'greeting';
  const outcome = await (isGreeting ? placeGreeting(leg, deadline, deps) : placeAgentCall(leg, deadline, deps));
  const failure = await queueing;
  const jobsQueued = { areJobsQueued: failure === undefined };
  const settled = isGreeting
    ? settleGreeting(newCall.attempt, outcome, jobsQueued)
    : settleAgentCall(newCall.attempt, outcome, undefined, jobsQueued);
  await Promise.all([deps.calls.write(newCall.call, settled), linkConversation(newCall.call, outcome, deps)]);
  if (failure !== undefined) throw failure.error;
  return outcome;
};

/** What is known about the caller. */
interface Recognised {
  readonly callerHash?: string | undefined;
  readonly caller?: Caller;
  readonly setup: AgentSetup | undefined;
  /** Unix seconds. */
  readonly erasedAtS?: number;
}

/** Reads the caller. If that fails, the call continues with the agent's own voice. */
const recognise = async (
  callerNumber: string | undefined,
  nowS: number,
  { callerHashes, readCallersAndSetup, settings, log }: IncomingCallDeps,
): Promise<Recognised> => {
  try {
    const hashes = callerNumber === undefined ? [] : await callerHashes(callerNumber);
    const { callers, setup } = await readCallersAndSetup(hashes, settings.agentId, nowS);
    const known = knownCaller(callers);
    const erasedAtS = Math.max(0, ...callers.map(({ caller }) => caller.erased_at ?? 0));
    return known === undefined
      ? { callerHash: hashes[0], setup, erasedAtS }
      : { callerHash: known.hash, caller: known.caller, setup, erasedAtS };
  } catch (error) {
    log.error('caller_unavailable', error);
    return { setup: undefined };
  }
};

/** Answers a duplicate like the first delivery, and queues the jobs if no delivery has. */
const answerAgain = async (
  { call, threeCxCallId, cloneMaxWaitS }: NewCall,
  earlier: ThreeCxCall,
  { jobs, calls, log }: IncomingCallDeps,
): Promise<ThreeCxAnswer> => {
  log.info('threecx_duplicate');
  if (earlier.state === 'claimed') {
    await jobs.enqueueAll(continuingJobs(call, cloneMaxWaitS));
    await calls.write(call, markScheduled);
  }
  const greeting = isClaimed(earlier) ? earlier.greeting : undefined;
  if (greeting !== undefined) return answerOf(threeCxCallId, 'greeting', greeting);
  return answerOf(threeCxCallId, 'agent_call', isClaimed(earlier) ? earlier.agent_call : undefined);
};

const legTexts: Readonly<Record<LegName, { readonly name: string; readonly followUp: string }>> = {
  greeting: { name: 'Greeting', followUp: 'the agent call follows' },
  agent_call: { name: 'Agent', followUp: 'it is tried again if nothing has rung' },
};

const answerOf = (
  threeCxCallId: string,
  legName: LegName,
  leg: Greeting | AgentCall | PlacingOutcome | undefined,
): ThreeCxAnswer => {
  const { name, followUp } = legTexts[legName];
  const placed = leg?.state === 'placed' ? leg : undefined;
  const reason = leg?.state === 'failed' && leg.code !== undefined ? ` (${leg.code})` : '';
  return {
    status: 'success',
    call_id: placed?.call_id ?? null,
    cloned_voice_id: placed?.voice_id ?? 'pending',
    '3cx_call_id': threeCxCallId,
    message: placed ? `${name} call initiated successfully` : `${name} call not confirmed${reason}; ${followUp}`,
  };
};

const notCallable = (): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message:
      'caller_id: expected a phone number that can be called, in E.164 form or in the national form of ' +
      'DEFAULT_COUNTRY. To reach a caller with a withheld number, let THREECX_DIAL_TARGET name an extension or queue.',
  });
