import { withdrawOffer } from '../callers/caller-changes';
import { ElevenLabsError } from '../elevenlabs/errors';
import { type NewCall, placeCall } from '../elevenlabs/outbound-calls';
import { type DynamicVariables, variablesFor } from '../initiation/dynamic-variables';
import type { LegName } from '../ledger/calls';
import type { Deadline } from '../platform/deadline';
import { allowedOverride, type AgentSetup, type WantedOverrides } from '../setup/agent-setup';
import { checkAgent } from '../setup/check-agent';
import { greeting } from '../voices/greeting';
import type { ThreeCxCallDeps } from './deps';
import { greetingRingsS, type Leg } from './three-cx-call';

/** A leg that this attempt has claimed. */
export interface ClaimedLeg {
  /** SHA-256 of the id of 3CX's call. */
  readonly call: string;
  readonly threeCxCallId: string;
  readonly attempt: string;
  readonly toNumber: string;
  /** The caller's key; undefined where the number makes none. */
  readonly callerHash: string | undefined;
  readonly callerNumber: string | undefined;
  readonly callerName: string | undefined;
  /** The caller's own voice; undefined where the agent's has to do. */
  readonly voiceId: string | undefined;
  /** What of the agent may be overridden, where that is known. */
  readonly setup: AgentSetup | undefined;
}

/** A conversation finds its call for this long, in seconds. */
const referredS = 48 * 3600;

/**
 * Places the greeting call: the greeting's voice and message, and a longest duration, so that the line is free for the agent.
 * What became of it, also when ElevenLabs refused; `placing` means that nothing has rung. Never throws for ElevenLabs' sake.
 */
export const placeGreeting = (leg: ClaimedLeg, deadline: Deadline, deps: ThreeCxCallDeps): Promise<Leg> => {
  const { greetingVoiceId, greetingMessage, greetingMaxS } = deps.settings;
  const wanted = { voiceId: greetingVoiceId, firstMessage: greetingMessage, maxDurationS: Math.ceil(greetingMaxS) };
  return place('greeting', leg, { wanted, ringingS: greetingRingsS(greetingMaxS) }, deadline, deps);
};

/** Places the agent's call, with the caller's own voice if there is one. As for the greeting. */
export const placeAgentCall = (leg: ClaimedLeg, deadline: Deadline, deps: ThreeCxCallDeps): Promise<Leg> => {
  const wanted = { voiceId: leg.voiceId, firstMessage: greeting(deps.settings.firstMessage, leg.callerName) };
  return place('agent_call', leg, { wanted, ringingS: undefined }, deadline, deps);
};

/** What differs between the two calls. */
interface Plan {
  readonly wanted: WantedOverrides;
  readonly ringingS: number | undefined;
}

const place = async (
  name: LegName,
  leg: ClaimedLeg,
  plan: Plan,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<Leg> => {
  const { settings, log, meter, nowMs } = deps;
  const setup = leg.setup ?? (await setupOf(deadline, deps));
  const override = allowedOverride(setup, plan.wanted);
  const call: NewCall = {
    transport: settings.transport,
    agentId: settings.agentId,
    phoneNumberId: settings.phoneNumberId,
    toNumber: leg.toNumber,
    override,
    dynamicVariables: {
      ...variablesFor(settings.dynamicVariables, leg.callerName),
      ...ownVariables(leg, name === 'agent_call' ? override?.tts?.voice_id : undefined, settings),
    },
    ringingS: plan.ringingS,
  };
  const startedMs = nowMs();
  const outcome = await tryToPlace(call, leg, deadline, deps);
  const voiceId = override?.tts?.voice_id;
  if (outcome.code === 'voice_not_found' && voiceId !== undefined) {
    // Somebody deleted it at ElevenLabs: no later call is to be given it.
    if (leg.callerHash !== undefined) await deps.callers.write(leg.callerHash, withdrawOffer(voiceId));
    return place(name, leg, { ...plan, wanted: { ...plan.wanted, voiceId: undefined } }, deadline, deps);
  }
  log.info('call_placed', {
    leg: name,
    outcome: outcome.state,
    call_id: outcome.call_id,
    voice_id: voiceId,
    duration_ms: nowMs() - startedMs,
  });
  meter.countBy(name === 'greeting' ? 'GreetingCalls' : 'AgentCalls', 'Outcome', outcome.state);
  return outcome.state === 'placed' && voiceId !== undefined ? { ...outcome, voice_id: voiceId } : outcome;
};

/** An agent's call fails without a variable that the agent defines: both calls have all of them. */
const ownVariables = (
  { callerNumber, threeCxCallId }: ClaimedLeg,
  voiceId: string | undefined,
  { musicUrl }: ThreeCxCallDeps['settings'],
): DynamicVariables => ({
  caller_number: callerNumber ?? '',
  threecx_call_id: threeCxCallId,
  voice_id: voiceId ?? '',
  music_url: musicUrl ?? '',
});

/** Overriding what is not enabled fails a call: an agent that was never checked is checked now. */
const setupOf = async (deadline: Deadline, deps: ThreeCxCallDeps): Promise<AgentSetup | undefined> => {
  try {
    const known = await deps.setups.read(deps.settings.agentId);
    return known ?? (await checkAgent(deps.settings.agentId, deadline, deps)).setup;
  } catch (error) {
    deps.log.error('agent_not_checked', error);
    return undefined;
  }
};

const tryToPlace = async (
  call: NewCall,
  { attempt }: ClaimedLeg,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<Leg> => {
  try {
    const placed = await placeCall(deps.elevenLabs, call, deadline);
    deps.log.identify({ conversation_id: placed.conversationId ?? null, agent_id: deps.settings.agentId });
    return { state: 'placed', attempt, conversation_id: placed.conversationId, call_id: placed.callId };
  } catch (error) {
    deps.log.error('call_not_placed', error);
    // Anything else was thrown before ElevenLabs was asked.
    if (!(error instanceof ElevenLabsError)) return { state: 'placing', attempt };
    if (error.outcomeUnknown) return { state: 'unknown', attempt };
    if (error.kind === 'refused' || error.kind === 'access') return { state: 'failed', attempt, code: error.code };
    return { state: 'placing', attempt };
  }
};

/**
 * Lets the end of a placed call's conversation find its call. Never throws: a call that was placed is not undone for that, only a busy
 * line is then not redialled.
 */
export const refer = async (call: string, leg: Leg, { calls, nowMs, log }: ThreeCxCallDeps): Promise<void> => {
  if (leg.conversation_id === undefined) return;
  await calls.refer(leg.conversation_id, call, Math.floor(nowMs() / 1000) + referredS).catch((error: unknown) => {
    log.error('call_not_referred', error);
  });
};
