import { withdrawOffer } from '../callers/caller-changes';
import { ElevenLabsError } from '../elevenlabs/errors';
import { type NewCall as CallToPlace, placeCall } from '../elevenlabs/outbound-calls';
import { type DynamicVariables, variablesFor } from '../initiation/dynamic-variables';
import type { Deadline } from '../platform/deadline';
import { allowedOverride, type AgentSetup, type WantedOverrides } from '../setup/agent-setup';
import { checkAgent } from '../setup/check-agent';
import { greeting, greetingTemplate, needsOwn } from '../voices/greeting';
import { readOwnMessage } from '../voices/on-agent/own-greeting';
import type { ThreeCxCallDeps } from './deps';
import { greetingRingsS } from './next-step';
import { callKeptS } from './settings';
import type { LegName, PlacingOutcome } from './three-cx-call';

/** A leg that this attempt has claimed, and the data for placing it. */
export interface LegToPlace {
  readonly threeCxCallId: string;
  readonly toNumber: string;
  /** The caller's key; undefined without a usable number. */
  readonly callerHash: string | undefined;
  readonly callerNumber: string | undefined;
  readonly callerName: string | undefined;
  /** The caller's own voice; undefined to use the agent's. */
  readonly voiceId: string | undefined;
  /** What calls may override on the agent; undefined if unknown. */
  readonly setup: AgentSetup | undefined;
}

/**
 * Places the greeting with its own voice and message, and a maximum duration, so that the line becomes free for the
 * agent. Never throws: returns ElevenLabs' answer as the outcome.
 */
export const placeGreeting = (leg: LegToPlace, deadline: Deadline, deps: ThreeCxCallDeps): Promise<PlacingOutcome> => {
  const { greetingVoiceId, greetingMessage, greetingMaxS } = deps.settings;
  const wanted = { voiceId: greetingVoiceId, firstMessage: greetingMessage, maxDurationS: Math.ceil(greetingMaxS) };
  return place({ name: 'greeting', wanted, ringingS: greetingRingsS(greetingMaxS) }, leg, deadline, deps);
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
  return place({ name: 'agent_call', wanted, ringingS: undefined }, { ...leg, setup }, deadline, deps);
};

/**
 * Returns the greeting; undefined if the agent keeps its own. It also keeps its own if the greeting needs it and it is
 * unknown.
 */
const greetingOf = async (
  { callerName }: LegToPlace,
  setup: AgentSetup | undefined,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<string | undefined> => {
  const { agentId } = deps.settings;
  const { template, source } = greetingTemplate(deps.settings, { agentId, language: setup?.language });
  if (source === 'own' || setup?.overrides.first_message !== true) return undefined;
  const ownMessage = needsOwn(template) ? await ownMessageOf(agentId, deadline, deps) : undefined;
  const text = greeting(template, callerName, ownMessage);
  return text === '' ? undefined : text;
};

/** Reads the agent's own first message. Returns undefined if that fails. */
const ownMessageOf = async (
  agentId: string,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<string | undefined> => {
  try {
    return await readOwnMessage(agentId, deadline, deps);
  } catch (error) {
    deps.log.error('own_message_unknown', error);
    return undefined;
  }
};

/** What differs between the greeting and the agent call. */
interface Plan {
  readonly name: LegName;
  readonly wanted: WantedOverrides;
  readonly ringingS: number | undefined;
}

const place = async (
  plan: Plan,
  leg: LegToPlace,
  deadline: Deadline,
  deps: ThreeCxCallDeps,
): Promise<PlacingOutcome> => {
  const { settings, log, meter, nowMs } = deps;
  const { name, wanted, ringingS } = plan;
  const setup = leg.setup ?? (await setupOf(deadline, deps));
  const override = allowedOverride(setup, wanted);
  const voiceId = override?.tts?.voice_id;
  const call: CallToPlace = {
    transport: settings.transport,
    agentId: settings.agentId,
    phoneNumberId: settings.phoneNumberId,
    toNumber: leg.toNumber,
    override,
    dynamicVariables: {
      ...variablesFor(settings.dynamicVariables, leg.callerName),
      ...ownVariables(leg, name === 'agent_call' ? voiceId : undefined, settings),
    },
    userId: leg.callerHash,
    ringingS,
  };
  const startedMs = nowMs();
  const outcome = await tryToPlace(call, voiceId, deadline, deps);
  if (outcome.state === 'failed' && outcome.code === 'voice_not_found' && voiceId !== undefined) {
    // Someone deleted the voice at ElevenLabs, so no later call may get it.
    await stopOffering(leg.callerHash, voiceId, deps);
    return place({ ...plan, wanted: { ...wanted, voiceId: undefined } }, leg, deadline, deps);
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

/**
 * Stops offering a deleted voice to later calls. A failure only costs the caller's next call one more try, so this call
 * continues.
 */
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

/** Returns the variables that both calls carry. A call fails if a variable that its agent defines is missing. */
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

/**
 * Returns what calls may override, and checks an agent that was never checked. An override that is not allowed fails a
 * call.
 */
const setupOf = async (deadline: Deadline, deps: ThreeCxCallDeps): Promise<AgentSetup | undefined> => {
  try {
    const recorded = await deps.setups.read(deps.settings.agentId);
    return recorded ?? (await checkAgent(deps.settings.agentId, deadline, deps)).setup;
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
    // Any other error was thrown before the request to ElevenLabs.
    if (!(error instanceof ElevenLabsError)) return { state: 'not_taken' };
    if (error.outcomeUnknown) return { state: 'unknown' };
    if (error.kind === 'refused' || error.kind === 'access') return { state: 'failed', code: error.code };
    return { state: 'not_taken' };
  }
};

/**
 * Links a placed call's conversation to its 3CX call, so that its end finds the call. Never throws: without the link,
 * only a redial after a busy line would be missed.
 */
export const linkConversation = async (
  call: string,
  outcome: PlacingOutcome,
  { calls, nowMs, log }: ThreeCxCallDeps,
): Promise<void> => {
  if (outcome.state !== 'placed' || outcome.conversation_id === undefined) return;
  const untilS = Math.floor(nowMs() / 1000) + callKeptS;
  await calls.linkConversation(outcome.conversation_id, call, untilS).catch((error: unknown) => {
    log.error('conversation_not_linked', error);
  });
};
