import { randomUUID } from 'node:crypto';
import type { CloneJobs } from '../aws/job-queue';
import { type Caller, cachedVoice, isErasedFor } from '../callers/caller';
import { knownCaller } from '../initiation/initiation';
import type { LegName } from '../ledger/calls';
import type { CallerAndSetup } from '../ledger/initiation-view';
import type { Deadline } from '../platform/deadline';
import { callerErased, ServiceError } from '../platform/errors';
import type { AgentSetup } from '../setup/agent-setup';
import type { ThreeCxCallDeps } from './deps';
import { type ClaimedLeg, placeAgentCall, placeGreeting, refer } from './place-leg';
import { callDigest, type Leg, type ThreeCxCall } from './three-cx-call';
import type { ThreeCxEvent } from './three-cx-event';

/** What an incoming call is handled with. */
export interface IncomingCallDeps extends ThreeCxCallDeps {
  readonly jobs: CloneJobs;
  /** The caller under each of these keys, and the agent's set-up, in one read; as of this moment in unix seconds. Throws 503. */
  readonly look: (hashes: readonly string[], agentId: string, nowS: number) => Promise<CallerAndSetup>;
  /** In E.164 form; undefined for what is no number. */
  readonly normalise: (phoneNumber: string) => string | undefined;
  readonly callerHashes: (phoneNumber: string) => Promise<readonly string[]>;
}

/** The answer of R3. */
export interface ThreeCxAnswer {
  readonly status: 'success';
  /** Null while ElevenLabs gave none. */
  readonly call_id: string | null;
  /** `pending` while it is made. */
  readonly cloned_voice_id: string;
  readonly '3cx_call_id': string;
  readonly message: string;
}

/** How long a call of 3CX is kept in the ledger, in seconds. */
const keptS = 48 * 3600;

/**
 * Answers a call of 3CX: claims it, so that a duplicate changes nothing; calls with the agent at once where the caller has a voice,
 * else with the greeting while the voice is made; queues what comes after. Throws 400 for a caller that cannot be called, 503.
 */
export const incomingCall = async (
  event: ThreeCxEvent,
  signedAtS: number,
  deadline: Deadline,
  deps: IncomingCallDeps,
): Promise<ThreeCxAnswer> => {
  const call = callDigest(event.call_id);
  const callerNumber = deps.normalise(event.caller_id ?? '');
  const toNumber = deps.settings.dialTarget === 'caller' ? callerNumber : deps.settings.dialTarget;
  if (toNumber === undefined) throw notCallable();
  const nowS = Math.floor(deps.nowMs() / 1000);
  const { callerHash, caller, setup, erasedAtS } = await recognise(callerNumber, nowS, deps);
  if (isErasedFor({ erased_at: erasedAtS }, signedAtS)) throw callerErased();
  const voiceId = caller === undefined ? undefined : cachedVoice(caller, nowS + deps.settings.longestCallS);
  const attempt = randomUUID();
  const first = voiceId === undefined ? 'greeting' : 'agent_call';
  const made = { call, threeCxCallId: event.call_id, attempt, callerNumber, callerHash, first } as const;
  const isClaimed = await deps.calls.claim({ ...made, receivedAtMs: deps.nowMs(), expiresAtS: nowS + keptS });
  const seen = isClaimed ? undefined : await deps.calls.read(call);
  // The SDK repeated a claim whose answer got lost: it is our own.
  if (seen !== undefined && seen.attempt !== attempt) return again({ call, threeCxCallId: event.call_id }, seen, deps);
  deps.meter.count(voiceId === undefined ? 'VoiceCacheMisses' : 'VoiceCacheHits');
  const leg = { ...made, toNumber, callerName: caller?.name, voiceId, setup };
  return answerOf(event.call_id, first, await begin(leg, first, deadline, deps));
};

/** Places the first call while the jobs are queued. Throws 503 when they are not: the next delivery queues them. */
const begin = async (leg: ClaimedLeg, first: LegName, deadline: Deadline, deps: IncomingCallDeps): Promise<Leg> => {
  const queueing = goOn(leg.call, deps).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const placed = await (first === 'greeting' ? placeGreeting : placeAgentCall)(leg, deadline, deps);
  const failure = await queueing;
  await Promise.all([note(leg, first, placed, failure === undefined, deps), refer(leg.call, placed, deps)]);
  if (failure !== undefined) throw failure.error;
  return placed;
};

/** What is known of who calls. */
interface Recognised {
  readonly callerHash?: string | undefined;
  readonly caller?: Caller;
  readonly setup: AgentSetup | undefined;
  /** Unix seconds. */
  readonly erasedAtS?: number;
}

/** A caller that cannot be looked up is called all the same, with the agent's own voice. */
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

/** What has not rung is left to the worker; a greeting is not worth a second try. */
const note = async (
  { call, attempt }: ClaimedLeg,
  first: LegName,
  placed: Leg,
  isQueued: boolean,
  { calls }: IncomingCallDeps,
): Promise<void> => {
  if (placed.state === 'placing' && first === 'agent_call') {
    await calls.releaseAgentCallClaim(call, attempt);
    if (isQueued) await calls.markQueued(call);
    return;
  }
  const known = placed.state === 'placing' ? ({ ...placed, state: 'failed' } as const) : placed;
  await calls.noteLeg(call, first, known, isQueued);
};

/** The clone is made at once; the agent's call is placed when its time is up, whatever became of the clone. */
const goOn = (call: string, { jobs, settings }: IncomingCallDeps): Promise<void> =>
  jobs.enqueueAll([
    { job: { kind: 'threecx_clone', call }, delayS: 0 },
    { job: { kind: 'threecx_agent_call', call }, delayS: settings.cloneMaxWaitS },
  ]);

/** A duplicate gets the same answer, and sees to it that the call goes on. */
const again = async (
  { call, threeCxCallId }: { call: string; threeCxCallId: string },
  seen: ThreeCxCall,
  deps: IncomingCallDeps,
): Promise<ThreeCxAnswer> => {
  deps.log.info('threecx_duplicate');
  if (!seen.is_queued) {
    await goOn(call, deps);
    await deps.calls.markQueued(call);
  }
  const first = seen.greeting === undefined ? 'agent_call' : 'greeting';
  return answerOf(threeCxCallId, first, seen[first]);
};

const answerOf = (threeCxCallId: string, first: LegName, leg: Leg | undefined): ThreeCxAnswer => {
  const [what, then] =
    first === 'greeting' ? ['Greeting', 'the agent call follows'] : ['Agent', 'it is tried again if nothing has rung'];
  const isPlaced = leg?.state === 'placed';
  const reason = leg?.code === undefined ? '' : ` (${leg.code})`;
  return {
    status: 'success',
    call_id: leg?.call_id ?? null,
    cloned_voice_id: leg?.voice_id ?? 'pending',
    '3cx_call_id': threeCxCallId,
    message: isPlaced ? `${what} call initiated successfully` : `${what} call not confirmed${reason}; ${then}`,
  };
};

const notCallable = (): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message:
      'caller_id: expected a phone number that can be called, in E.164 form or in the national form of DEFAULT_COUNTRY. Calls of withheld numbers need THREECX_DIAL_TARGET to be an extension or queue.',
  });
