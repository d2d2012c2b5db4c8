import * as z from 'zod';
import { type Caller, cachedVoice, samplesOf } from '../callers/caller';
import { callerName } from '../callers/caller-name';
import { type ConsentTerms, mayUseVoice } from '../callers/consent';
import { writtenName } from '../callers/identities';
import { elevenLabsId } from '../platform/ids';
import { type AgentSetup, allowedOverride } from '../setup/agent-setup';
import type { CloneJob } from '../voices/clone-job';
import { greeting } from '../voices/greeting';
import { type DynamicVariables, variablesFor } from './dynamic-variables';

/** Unexpected values count as missing, because a refusal would end a ringing call. */
const idOrNothing = elevenLabsId.optional().catch(undefined);

const request = z.object({
  caller_id: writtenName,
  agent_id: idOrNothing,
  conversation_id: idOrNothing,
});

/** The fields of ElevenLabs' request that decide. A call gets its voice even before it has a conversation id. */
export interface InitiationRequest {
  readonly callerId: string | undefined;
  readonly agentId: string | undefined;
  readonly conversationId: string | undefined;
}

/** Reads the request of a starting call. Values that are missing or invalid are undefined. Never throws. */
export const readInitiation = (json: unknown): InitiationRequest => {
  const { caller_id, agent_id, conversation_id } = request.safeParse(json).data ?? {};
  return { callerId: caller_id, agentId: agent_id, conversationId: conversation_id };
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
});

/** The answer to a starting call. */
export type InitiationAnswer = z.infer<typeof initiationAnswer>;

/** The settings that apply to every starting call. */
export interface InitiationTerms {
  /** The greeting's template. */
  readonly firstMessage: string;
  readonly dynamicVariables: DynamicVariables;
  /** A call gets only a voice that lives at least this long, in seconds. */
  readonly longestCallS: number;
  /** @default no consent is demanded */
  readonly consent?: ConsentTerms;
}

/** What the ledger knows about a starting call. */
export interface InitiationView {
  /** The caller's items that have not expired, with the hash of each, newest key first. */
  readonly callers: readonly KnownCaller[];
  readonly agentId: string | undefined;
  /** Undefined if the agent was never checked. */
  readonly setup: AgentSetup | undefined;
}

/** A caller, and the keyed hash of the number. */
export interface KnownCaller {
  readonly hash: string;
  readonly caller: Caller;
}

/**
 * How a call was answered:
 * - `voice`: with the caller's voice;
 * - `greeting_only`: with the greeting, because the agent allows no other override;
 * - `unknown_caller`, `no_voice`: without an override, because the caller or a voice that lives long enough is missing;
 * - `not_enabled`: without an override, because the agent allows none;
 * - `fault`: without an override, after an internal error.
 */
export type InitiationOutcome = 'voice' | 'greeting_only' | 'unknown_caller' | 'no_voice' | 'not_enabled' | 'fault';

/** The answer to a starting call, and the jobs that prepare the caller's next one. */
export interface InitiationDecision {
  readonly outcome: InitiationOutcome;
  readonly answer: InitiationAnswer;
  /** At most one job of each kind. */
  readonly jobs: readonly CloneJob[];
}

/** The answer that keeps the agent's own voice and greeting. Never throws. */
export const plainAnswer = (dynamicVariables: DynamicVariables, name: string | undefined): InitiationAnswer => ({
  type: 'conversation_initiation_client_data',
  dynamic_variables: variablesFor(dynamicVariables, name),
});

/**
 * Decides a call that starts at `nowS` (unix seconds). Overrides only what the agent allows, and only for a caller with
 * a voice.
 */
export const decideInitiation = (view: InitiationView, terms: InitiationTerms, nowS: number): InitiationDecision => {
  const known = consenting(knownCaller(view.callers), terms);
  const voiceId = known === undefined ? undefined : cachedVoice(known.caller, nowS + terms.longestCallS);
  const name = callerName(known?.caller.name);
  const wanted = { voiceId, firstMessage: greeting(terms.firstMessage, name) };
  const override = voiceId === undefined ? undefined : allowedOverride(view.setup, wanted);
  return {
    outcome: outcomeOf(known, voiceId, override),
    answer: {
      ...plainAnswer(terms.dynamicVariables, name),
      ...(override !== undefined && { conversation_config_override: override }),
    },
    jobs: [...(voiceId === undefined ? cloneFor(known, view.setup) : []), ...checkOf(view)],
  };
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

/** A caller without the consent that is demanded hears the agent's own voice, and is not cloned for. */
const consenting = (known: KnownCaller | undefined, { consent }: InitiationTerms): KnownCaller | undefined =>
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

/** Clones are scarce: none is made for an agent that is known to refuse the override. */
const cloneFor = (known: KnownCaller | undefined, setup: AgentSetup | undefined): readonly CloneJob[] =>
  known === undefined || samplesOf(known.caller).length === 0 || setup?.overrides.voice === false
    ? []
    : [{ kind: 'caller_clone', caller_hash: known.hash }];

const checkOf = ({ agentId, setup }: InitiationView): readonly CloneJob[] =>
  agentId === undefined || setup !== undefined ? [] : [{ kind: 'agent_check', agent_id: agentId }];
