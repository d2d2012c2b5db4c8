import { withdrawOffer } from '../callers/caller-changes';
import { ElevenLabsError } from '../elevenlabs/errors';
import { type NewCall as CallToPlace, placeCall } from '../elevenlabs/outbound-calls';
import { type DynamicVariables, variablesFor } from '../initiation/dynamic-variables';
import type { Deadline } from '../platform/deadline';
import { allowedOverride, type AgentSetup, type WantedOverrides } from '../setup/agent-setup';
import { checkAgent } from '../setup/check-agent';
import { greeting, greetingTemplate, needsOwn } from '../voices/greeting';
import { readOwnMessage } from '../voices/on-agent/own-message';
import type { ThreeCxCallDeps } from './deps';
import { greetingRingsS } from './next-step';
import type { LegName, PlacingOutcome } from './three-cx-call';

/** A leg that this attempt has claimed, and what it is placed with. */
export interface LegToPlace {
  readonly threeCxCallId: string;
  readonly toNumber: string;
  /** The caller's key; undefined where the number makes none. */
  readonly callerHash: string | undefined;
  readonly callerNumber: string | undefined;
  readonly callerName: string | undefined;
  /** The caller's own voice; undefined where the agent's own has to do. */
  readonly voiceId: string | undefined;
  /** What may be overridden on the agent, where that is known. */
  readonly setup: AgentSetup | undefined;
}

/** A conversation finds its call for this long, in seconds. */
const linkedS = 48 * 3600;

/**
 * Places the greeting with its own voice and message, and with a longest duration, so that the line is free for the
 * agent. Never throws: the outcome says what ElevenLabs answered.
 */
export const placeGreeting = (leg: LegToPlace, deadline: Deadline, deps: ThreeCxCallDeps): Promise<PlacingOutcome> => {
  const { greetingVoiceId, greetingMessage, greetingMaxS } = deps.settings;
  const wanted = { voiceId: greetingVoiceId, firstMessage: greetingMessage, maxDurationS: Math.ceil(greetingMaxS) };
  return place('greeting', leg, { wanted, ringingS: greetingRingsS(greetingMaxS) }, deadline, deps);
};

/** Places the agent call, with the caller's own voice if there is one. Never throws. */
export const placeAgentCall = async (
  leg: LegToPlace,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<PlacingOutcome> => {
  const setup = leg.setup ?? (await setupOf(deadline, deps));
  const firstMessage = await greetingOf(leg, setup, deadline, deps);
  const wanted = { voiceId: leg.voiceId, firstMessage };
  return place('agent_call', { ...leg, setup }, { wanted, ringingS: undefined }, deadline, deps);
};

/** Undefined where the agent keeps its own first message, as it does where that is not known but belongs to it. */
const greetingOf = async (
  { callerName }: LegToPlace,
  setup: AgentSetup | undefined,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<string | undefined> => {
  const { agentId } = deps.settings;
  const { template, source } = greetingTemplate(deps.settings, { agentId, language: setup?.language });
  if (source === 'own' || setup?.overrides.first_message !== true) return undefined;
  const reading = needsOwn(template) ? readOwnMessage(agentId, deadline, deps) : undefined;
  const own = await reading?.catch((error: unknown) => {
    deps.log.error('own_message_unknown', error);
    return undefined;
  });
  return greeting(template, callerName, own) || undefined;
};

/** The difference between the two calls. */
interface Plan {
  readonly wanted: WantedOverrides;
  readonly ringingS: number | undefined;
}

const place = async (
  name: LegName,
  leg: LegToPlace,
  plan: Plan,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<PlacingOutcome> => {
  const { settings, log, meter, nowMs } = deps;
  const setup = leg.setup ?? (await setupOf(deadline, deps));
  const override = allowedOverride(setup, plan.wanted);
  const call: CallToPlace = {
    transport: settings.transport,
    agentId: settings.agentId,
    phoneNumberId: settings.phoneNumberId,
    toNumber: leg.toNumber,
    override,
    dynamicVariables: {
      ...variablesFor(settings.dynamicVariables, leg.callerName),
      ...ownVariables(leg, name === 'agent_call' ? override?.tts?.voice_id : undefined, settings),
    },
    userId: leg.callerHash,
    ringingS: plan.ringingS,
  };
  const startedMs = nowMs();
  const voiceId = override?.tts?.voice_id;
  const outcome = await tryToPlace(call, voiceId, deadline, deps);
  if (outcome.state === 'failed' && outcome.code === 'voice_not_found' && voiceId !== undefined) {
    // Somebody deleted the voice at ElevenLabs: no later call may be given it.
    await stopOffering(leg.callerHash, voiceId, deps);
    return place(name, leg, { ...plan, wanted: { ...plan.wanted, voiceId: undefined } }, deadline, deps);
  }
  log.info('call_placed', {
    leg: name,
    outcome: outcome.state,
    call_id: outcome.state === 'placed' ? outcome.call_id : undefined,
    voice_id: voiceId,
    duration_ms: nowMs() - startedMs,
  });
  meter.countBy(name === 'greeting' ? 'GreetingCalls' : 'AgentCalls', 'Outcome', outcome.state);
  return outcome;
};

/** A failure costs the next call of this caller one more try: this call must not be lost for that. */
const stopOffering = async (
  callerHash: string | undefined,
  voiceId: string,
  { callers, log }: ThreeCxCallDeps,
): Promise<void> => {
  if (callerHash === undefined) return;
  await callers.write(callerHash, withdrawOffer(voiceId)).catch((error: unknown) => {
    log.error('offer_not_withdrawn', error);
  });
};

/** A call fails without a variable that the agent defines, so both calls carry all of them. */
const ownVariables = (
  { callerNumber, threeCxCallId }: LegToPlace,
  voiceId: string | undefined,
  { musicUrl }: ThreeCxCallDeps['settings'],
): DynamicVariables => ({
  caller_number: callerNumber ?? '',
  threecx_call_id: threeCxCallId,
  voice_id: voiceId ?? '',
  music_url: musicUrl ?? '',
});

/** An override that the agent does not allow fails a call: an agent that was never checked is checked now. */
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
  call: CallToPlace,
  voiceId: string | undefined,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<PlacingOutcome> => {
  try {
    const { conversationId, callId } = await placeCall(deps.elevenLabs, call, deadline);
    deps.log.identify({ conversation_id: conversationId ?? null, agent_id: deps.settings.agentId });
    return { state: 'placed', conversation_id: conversationId, call_id: callId, voice_id: voiceId };
  } catch (error) {
    deps.log.error('call_not_placed', error);
    // Anything else was thrown before ElevenLabs was asked.
    if (!(error instanceof ElevenLabsError)) return { state: 'not_taken' };
    if (error.outcomeUnknown) return { state: 'unknown' };
    if (error.kind === 'refused' || error.kind === 'access') return { state: 'failed', code: error.code };
    return { state: 'not_taken' };
  }
};

/**
 * Lets the end of a placed call's conversation find its 3CX call. Never throws: a call that was placed stays placed,
 * and only a redial after a busy line would be missed.
 */
export const linkConversation = async (
  call: string,
  outcome: PlacingOutcome,
  { calls, nowMs, log }: ThreeCxCallDeps,
): Promise<void> => {
  if (outcome.state !== 'placed' || outcome.conversation_id === undefined) return;
  const untilS = Math.floor(nowMs() / 1000) + linkedS;
  await calls.linkConversation(outcome.conversation_id, call, untilS).catch((error: unknown) => {
    log.error('conversation_not_linked', error);
  });
};
