import * as z from 'zod';
import { type Caller, cachedVoice, samplesOf } from '../callers/caller';
import { callerName } from '../callers/caller-name';
import { type ConsentTerms, mayUseVoice } from '../callers/consent';
import { callerIdentifier } from '../callers/identities';
import { elevenLabsId } from '../platform/ids';
import { type AgentSetup, allowedOverride, type WantedOverrides } from '../setup/agent-setup';
import { type Agent, desiredPair } from '../voices/agent';
import type { CloneJob } from '../voices/clone-job';
import { greeting, greetingTemplate, type GreetingTerms } from '../voices/greeting';
import { type DynamicVariables, variablesFor } from './dynamic-variables';
import type { TakenPreCall } from './pre-calls';

/** Treats unexpected values as missing, because a refusal would end a ringing call. */
const idOrNothing = elevenLabsId.optional().catch(undefined);

const request = z.object({
  caller_id: callerIdentifier,
  called_number: callerIdentifier,
  agent_id: idOrNothing,
  conversation_id: idOrNothing,
});

/** The fields of ElevenLabs' request that Precall uses. A call gets its voice even without a conversation id. */
export interface InitiationRequest {
  readonly callerId: string | undefined;
  /** The agent's own number for inbound calls. */
  readonly calledNumber: string | undefined;
  readonly agentId: string | undefined;
  readonly conversationId: string | undefined;
}

/** Reads the request of a starting call. Missing or invalid values are undefined. Never throws. */
export const readInitiation = (json: unknown): InitiationRequest => {
  const { caller_id, called_number, agent_id, conversation_id } = request.safeParse(json).data ?? {};
  return { callerId: caller_id, calledNumber: called_number, agentId: agent_id, conversationId: conversation_id };
};

/** The answer to a starting call: https://elevenlabs.io/docs/eleven-agents/customization/personalization */
export const initiationAnswer = z.object({
  type: z.literal('conversation_initiation_client_data'),
  dynamic_variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  conversation_config_override: z
    .object({
      tts: z.object({ voice_id: elevenLabsId }).exactOptional(),
      agent: z.object({ first_message: z.string() }).exactOptional(),
    })
    .exactOptional(),
  /** The keyed hash of the caller's number. */
  user_id: z.string().exactOptional(),
});

/** The answer to a starting call. */
export type InitiationAnswer = z.infer<typeof initiationAnswer>;

/** The settings that apply to every starting call. */
export interface InitiationTerms extends GreetingTerms {
  readonly dynamicVariables: DynamicVariables;
  /** A call gets only a voice that lives at least this long, in seconds. */
  readonly longestCallS: number;
  /** Maximum age of a pre-call that a call takes, in seconds. */
  readonly validS: number;
  /** Whether a call without a pre-call gets a cached voice. */
  readonly servesCached: boolean;
  /** @default no consent is demanded */
  readonly consent?: ConsentTerms;
}

/** What is known about a starting call. */
export interface InitiationView {
  /** The caller's items that have not expired, with the hash of each, newest key first. */
  readonly callers: readonly KnownCaller[];
  readonly agentId: string | undefined;
  /** Undefined if the agent was never checked. */
  readonly setup: AgentSetup | undefined;
  /** Undefined if Precall never changed the agent. */
  readonly agent: Agent | undefined;
  /** The pre-call that the call has taken. */
  readonly prepared: TakenPreCall | undefined;
}

/** A caller and the keyed hash of the caller's number. */
export interface KnownCaller {
  readonly hash: string;
  readonly caller: Caller;
}

/**
 * How a call was answered:
 * - `prepared`: with the voice and greeting of the caller's pre-call;
 * - `patched`: the caller's pre-call was found, but the agent allows no voice override, so only the PATCH sets the
 *   voice;
 * - `voice`: with the caller's cached voice;
 * - `greeting_only`: with the greeting, because the agent allows no other override;
 * - `own_voice`: with the agent's own voice, because the agent has the voice of another caller;
 * - `unknown_caller`, `no_voice`: without an override, because the caller or a voice that lives long enough is missing;
 * - `not_enabled`: without an override, because the agent allows none;
 * - `fault`: without an override, after an internal error.
 */
export type InitiationOutcome =
  | 'prepared'
  | 'patched'
  | 'voice'
  | 'greeting_only'
  | 'own_voice'
  | 'unknown_caller'
  | 'no_voice'
  | 'not_enabled'
  | 'fault';

/** The answer to a starting call, and the jobs that prepare the caller's next call. */
export interface InitiationDecision {
  readonly outcome: InitiationOutcome;
  readonly answer: InitiationAnswer;
  /** Whether the call has the voice of another caller, which the answer can't prevent. */
  readonly overlaps: boolean;
  /** At most one job of each kind. */
  readonly jobs: readonly CloneJob[];
}

/** Returns the answer that keeps the agent's own voice and greeting. Never throws. */
export const plainAnswer = (dynamicVariables: DynamicVariables, name?: string): InitiationAnswer => ({
  type: 'conversation_initiation_client_data',
  dynamic_variables: variablesFor(dynamicVariables, name),
});

/**
 * Decides the answer to a call that starts at `nowS` (unix seconds). Overrides only what the agent allows. Uses the
 * caller's pre-call, else a cached voice, else the agent's own voice if the agent has another caller's voice.
 */
export const decideInitiation = (view: InitiationView, terms: InitiationTerms, nowS: number): InitiationDecision => {
  const decided = view.prepared === undefined ? withoutPreCall(view, terms, nowS) : withPreCall(view.prepared, view);
  const { outcome, name, override, userId, jobs } = decided;
  const plain = plainAnswer(terms.dynamicVariables, name);
  const precallId = view.prepared === undefined ? {} : { precall_conversation_id: view.prepared.conversationId };
  return {
    outcome,
    answer: {
      ...plain,
      dynamic_variables: { ...plain.dynamic_variables, ...precallId },
      ...(override !== undefined && { conversation_config_override: override }),
      ...(userId !== undefined && { user_id: userId }),
    },
    overlaps: hasOthersVoice(view) && override?.tts === undefined,
    jobs: [...jobs, ...checkOf(view)],
  };
};

interface Decided {
  readonly outcome: InitiationOutcome;
  readonly name: string | undefined;
  readonly override: InitiationAnswer['conversation_config_override'];
  readonly userId: string | undefined;
  readonly jobs: readonly CloneJob[];
}

const withPreCall = ({ voiceId, firstMessage, name, callerHash }: TakenPreCall, { setup }: InitiationView): Decided => {
  const override = allowedOverride(setup, { voiceId, firstMessage });
  const outcome = override?.tts === undefined ? 'patched' : 'prepared';
  return { outcome, name, override, userId: callerHash, jobs: [] };
};

const withoutPreCall = (view: InitiationView, terms: InitiationTerms, nowS: number): Decided => {
  const { setup } = view;
  const known = terms.servesCached ? consenting(knownCaller(view.callers), terms) : undefined;
  const voiceId = known === undefined ? undefined : cachedVoice(known.caller, nowS + terms.longestCallS);
  const name = callerName(known?.caller.name);
  const cached =
    voiceId === undefined
      ? undefined
      : allowedOverride(setup, { voiceId, firstMessage: greetingOf(view, name, terms) });
  const own = cached?.tts === undefined && hasOthersVoice(view) ? allowedOverride(setup, ownPair(view)) : undefined;
  return {
    outcome: own === undefined ? outcomeOf(known, voiceId, cached) : 'own_voice',
    name,
    override: own ?? cached,
    userId: undefined,
    jobs: voiceId === undefined ? cloneFor(known, setup) : [],
  };
};

/** Returns the greeting; undefined if the agent keeps its own message, or the greeting needs it and it is unknown. */
const greetingOf = (
  { agentId = '', setup, agent }: InitiationView,
  name: string | undefined,
  terms: InitiationTerms,
): string | undefined => {
  const { template, source } = greetingTemplate(terms, { agentId, language: setup?.language });
  return source === 'own' ? undefined : greeting(template, name, agent?.baseline?.first_message) || undefined;
};

/**
 * Returns whether the agent has or may have another caller's voice. Pre-calls without a number don't count: Precall
 * can't tell their caller from others, so their voice stays on the agent for all calls.
 */
const hasOthersVoice = ({ agent, prepared }: InitiationView): boolean => {
  if (agent === undefined) return false;
  const { activation, pendings, carried } = agent;
  if (activation !== undefined)
    return activation.is_recognised === true && activation.conversation_id !== prepared?.conversationId;
  return Object.keys({ ...pendings, ...carried }).length > 0;
};

/** Returns the agent's own voice and greeting. Omits an empty greeting, as ElevenLabs asks. */
const ownPair = ({ agent }: InitiationView): WantedOverrides => {
  const atRest = agent === undefined ? {} : desiredPair({ ...agent, activation: undefined });
  const { voice_id: voiceId, first_message: firstMessage } = atRest;
  return { voiceId, firstMessage: firstMessage === '' ? undefined : firstMessage };
};

/**
 * Returns the newest item with data about the caller, or undefined if there is none. A caller can have one item for
 * each hash key in use. If a newer item has an erasure mark and no data, the items of older keys are ignored.
 */
export const knownCaller = (callers: readonly KnownCaller[]): KnownCaller | undefined => {
  const newest = callers.find(({ caller }) => isKnown(caller) || caller.erased_at !== undefined);
  return newest !== undefined && isKnown(newest.caller) ? newest : undefined;
};

const isKnown = (caller: Caller): boolean =>
  caller.name !== undefined || caller.reusable !== undefined || samplesOf(caller).length > 0;

/**
 * Returns the caller; undefined if required consent is missing. The caller then hears the agent's own voice and is not
 * cloned.
 */
export const consenting = (known: KnownCaller | undefined, { consent }: InitiationTerms): KnownCaller | undefined =>
  known !== undefined && mayUseVoice(known.caller, consent) ? known : undefined;

const outcomeOf = (
  known: KnownCaller | undefined,
  voiceId: string | undefined,
  override: InitiationAnswer['conversation_config_override'],
): InitiationOutcome => {
  if (known === undefined) return 'unknown_caller';
  if (voiceId === undefined) return 'no_voice';
  if (override === undefined) return 'not_enabled';
  return override.tts === undefined ? 'greeting_only' : 'voice';
};

/** Returns a clone job, unless the agent is known to refuse the override, because clones are scarce. */
const cloneFor = (known: KnownCaller | undefined, setup: AgentSetup | undefined): readonly CloneJob[] =>
  known === undefined || samplesOf(known.caller).length === 0 || setup?.overrides.voice === false
    ? []
    : [{ kind: 'caller_clone', caller_hash: known.hash }];

const checkOf = ({ agentId, setup }: InitiationView): readonly CloneJob[] =>
  agentId === undefined || setup !== undefined ? [] : [{ kind: 'agent_check', agent_id: agentId }];
