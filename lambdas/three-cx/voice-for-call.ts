import type { Deadline } from '../platform/deadline';
import { RetryLater } from '../platform/retry-later';
import { obtainCallerVoice, type ObtainedVoice } from '../voices/caller-voice';
import { isTooLate } from './three-cx-call';
import type { CloneWorkerDeps } from './worker-deps';

/** How often a clone that another attempt makes is looked for, in milliseconds. */
const lookEveryMs = 1_000;

/** Kept back of the worker's time for placing the call, in milliseconds. */
const placingMs = 25_000;

/**
 * Has a voice made for a call of 3CX, or waits for one that is being made, until the call's time is up. Never throws for the voice's
 * sake: without one the agent speaks with its own. Throws RetryLater when the worker's time is over first.
 */
export const voiceForCall = async (call: string, deadline: Deadline, deps: CloneWorkerDeps): Promise<void> => {
  const { calls, setups, settings, nowMs, log, pause } = deps;
  const seen = await calls.read(call);
  if (seen?.caller_hash === undefined || seen.received_at === undefined || isTooLate(seen, nowMs())) return;
  // Clones are scarce: an agent that is known not to take a voice needs none.
  if ((await setups.read(settings.agentId))?.overrides.voice === false) return;
  const untilMs = seen.received_at + settings.cloneMaxWaitS * 1000;
  let obtained: ObtainedVoice['outcome'] | 'failed' = await outcomeFor(seen.caller_hash, deadline, deps);
  while (obtained === 'claimed' && nowMs() < untilMs) {
    if (deadline.leftMs() < placingMs + lookEveryMs) throw new RetryLater('clone', 1);
    await pause(lookEveryMs);
    obtained = await outcomeFor(seen.caller_hash, deadline, deps);
  }
  log.info('caller_voice', { outcome: obtained, waited_ms: nowMs() - seen.received_at });
};

const outcomeFor = async (
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
