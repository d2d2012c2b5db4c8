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
import {
  type AgentCall,
  callDigest,
  claimCall,
  type DelayedJob,
  type Greeting,
  isClaimed,
  isExpired,
  type LegName,
  markScheduled,
  type NewCall,
  nextJobs,
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
  readonly look: (hashes: readonly string[], agentId: string, nowS: number) => Promise<CallerAndSetup>;
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

/** How long a 3CX call is kept in the ledger, in seconds. */
const keptS = 48 * 3600;

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
  const made: NewCall = {
    call: callDigest(event.call_id),
    threeCxCallId: event.call_id,
    attempt: randomUUID(),
    callerNumber,
    callerHash,
    first: voiceId === undefined ? 'greeting' : 'agent_call',
    receivedAtMs: nowMs(),
    expiresAtS: nowS + keptS,
    cloneMaxWaitS: settings.cloneMaxWaitS,
  };
  const claimed = await claim(made, deps);
  if ('earlier' in claimed) return answerAgain(made, claimed.earlier, deps);
  meter.count(voiceId === undefined ? 'VoiceCacheMisses' : 'VoiceCacheHits');
  const leg = { ...made, toNumber, callerName: caller?.name, voiceId, setup };
  return answerOf(event.call_id, made.first, await placeFirst({ ...claimed, made, leg }, deadline, deps));
};

/** Claims the call. Returns its jobs, or the call as another delivery left it. Throws 503 when the ledger fails. */
const claim = async (
  made: NewCall,
  { calls, nowMs }: IncomingCallDeps,
): Promise<{ readonly jobs: readonly DelayedJob[] } | { readonly earlier: ThreeCxCall }> => {
  const jobs = await tryToClaim(made, undefined, calls);
  if (jobs !== undefined) return { jobs };
  const known = await calls.read(made.call);
  if (known === undefined)
    throw new AwsUnavailable('DynamoDB', 'claim the call', new Error('The call was claimed, but is not there.'));
  if (!isExpired(known, nowMs())) return { earlier: known };
  const jobsAnew = await tryToClaim(made, known, calls);
  if (jobsAnew !== undefined) return { jobs: jobsAnew };
  throw new AwsUnavailable(
    'DynamoDB',
    'claim the call',
    new Error('Another delivery has already replaced the expired call.'),
  );
};

/** Tries to claim the call. Returns its jobs, which are queued while the first leg is placed; undefined if refused. */
const tryToClaim = async (
  made: NewCall,
  known: ThreeCxCall | undefined,
  calls: Calls,
): Promise<readonly DelayedJob[] | undefined> => {
  const { enqueue, ...change } = claimCall(made, known);
  return (await calls.write(made.call, change)) ? enqueue.job : undefined;
};

/** Places the first leg while the jobs are queued. Throws 503 if queueing fails: the next delivery queues the jobs. */
const placeFirst = async (
  { jobs, made, leg }: { jobs: readonly DelayedJob[]; made: NewCall; leg: LegToPlace },
  deadline: Deadline,
  deps: IncomingCallDeps,
): Promise<PlacingOutcome> => {
  const queueing = deps.jobs.enqueueAll(jobs).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const outcome = await (made.first === 'greeting' ? placeGreeting : placeAgentCall)(leg, deadline, deps);
  const failure = await queueing;
  const areJobsQueued = failure === undefined;
  const settled =
    made.first === 'greeting'
      ? settleGreeting(made.attempt, outcome, areJobsQueued)
      : settleAgentCall(made.attempt, outcome, undefined, areJobsQueued);
  await Promise.all([deps.calls.write(made.call, settled), linkConversation(made.call, outcome, deps)]);
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
  { callerHashes, look, settings, log }: IncomingCallDeps,
): Promise<Recognised> => {
  try {
    const hashes = callerNumber === undefined ? [] : await callerHashes(callerNumber);
    const { callers, setup } = await look(hashes, settings.agentId, nowS);
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
  known: ThreeCxCall,
  { jobs, calls, log }: IncomingCallDeps,
): Promise<ThreeCxAnswer> => {
  log.info('threecx_duplicate');
  if (known.state === 'claimed') {
    await jobs.enqueueAll(nextJobs(call, cloneMaxWaitS));
    await calls.write(call, markScheduled);
  }
  const greeting = isClaimed(known) ? known.greeting : undefined;
  if (greeting !== undefined) return answerOf(threeCxCallId, 'greeting', greeting);
  return answerOf(threeCxCallId, 'agent_call', isClaimed(known) ? known.agent_call : undefined);
};

const answerOf = (
  threeCxCallId: string,
  first: LegName,
  leg: Greeting | AgentCall | PlacingOutcome | undefined,
): ThreeCxAnswer => {
  const [what, then] =
    first === 'greeting' ? ['Greeting', 'the agent call follows'] : ['Agent', 'it is tried again if nothing has rung'];
  const placed = leg?.state === 'placed' ? leg : undefined;
  const reason = leg?.state === 'failed' && leg.code !== undefined ? ` (${leg.code})` : '';
  return {
    status: 'success',
    call_id: placed?.call_id ?? null,
    cloned_voice_id: placed?.voice_id ?? 'pending',
    '3cx_call_id': threeCxCallId,
    message: placed ? `${what} call initiated successfully` : `${what} call not confirmed${reason}; ${then}`,
  };
};

const notCallable = (): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message:
      'caller_id: expected a phone number that can be called, in E.164 form or in the national form of DEFAULT_COUNTRY. ' +
      'To reach a caller with a withheld number, let THREECX_DIAL_TARGET name an extension or queue.',
  });
