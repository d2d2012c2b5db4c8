import * as z from 'zod';
import { type Caller, cachedVoice, samplesOf } from '../callers/caller';
import { callerName } from '../callers/caller-name';
import { elevenLabsId } from '../platform/ids';
import { type AgentSetup, allowedOverride } from '../setup/agent-setup';
import type { CloneJob } from '../voices/clone-job';
import { greeting } from '../voices/greeting';
import { type DynamicVariables, variablesFor } from './dynamic-variables';

/** Whatever is not as expected counts as absent: a refusal would end a ringing call. */
const idOrNothing = elevenLabsId.optional().catch(undefined);

const request = z.object({
  caller_id: z.string().optional().catch(undefined),
  agent_id: idOrNothing,
  conversation_id: idOrNothing,
});

/** What is used of ElevenLabs' request; a conversation that is not identified yet is given its voice all the same. */
export interface InitiationRequest {
  readonly callerId: string | undefined;
  readonly agentId: string | undefined;
  readonly conversationId: string | undefined;
}

/** Reads the request of a starting call; whatever is missing, null, new or wrong is left out. Never throws. */
export const readInitiation = (json: unknown): InitiationRequest => {
  const { caller_id, agent_id, conversation_id } = request.safeParse(json).data ?? {};
  return { callerId: caller_id, agentId: agent_id, conversationId: conversation_id };
};

/** What a starting call is answered with: https://elevenlabs.io/docs/eleven-agents/customization/personalization */
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

/** What a starting call is answered with. */
export type InitiationAnswer = z.infer<typeof initiationAnswer>;

/** What the installation gives to every call. */
export interface InitiationTerms {
  /** The greeting's template. */
  readonly firstMessage: string;
  readonly dynamicVariables: DynamicVariables;
  /** A voice that may be gone sooner is not given to a call, in seconds. */
  readonly longestCallS: number;
}

/** What the ledger knows of a starting call. */
export interface InitiationView {
  /** The caller's items with the hashes that they lie under, newest key first; expired ones are left out. */
  readonly callers: readonly KnownCaller[];
  readonly agentId: string | undefined;
  /** Undefined for an agent that was never checked. */
  readonly setup: AgentSetup | undefined;
}

/** A caller, and the keyed hash of its number. */
export interface KnownCaller {
  readonly hash: string;
  readonly caller: Caller;
}

/**
 * How a call was answered: with the caller's voice; with the greeting alone, as the set-up enables no more; for nobody who is known;
 * without a voice that lives long enough; with a voice that the set-up does not let through; or after a fault of ours.
 */
export type InitiationOutcome = 'voice' | 'greeting_only' | 'unknown_caller' | 'no_voice' | 'not_enabled' | 'fault';

/** What is done about a starting call. */
export interface InitiationDecision {
  readonly outcome: InitiationOutcome;
  readonly answer: InitiationAnswer;
  /** What has to be made ready for the next call; at most one job of a kind. */
  readonly jobs: readonly CloneJob[];
}

/** The answer that fits every call: the agent's own voice and greeting stay. Never throws. */
export const plainAnswer = (dynamicVariables: DynamicVariables, name: string | undefined): InitiationAnswer => ({
  type: 'conversation_initiation_client_data',
  dynamic_variables: variablesFor(dynamicVariables, name),
});

/** Decides a call that starts at `nowS` (unix seconds): only what the set-up enables is overridden, and only for a caller with a voice. */
export const decideInitiation = (view: InitiationView, terms: InitiationTerms, nowS: number): InitiationDecision => {
  const known = knownCaller(view.callers);
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
 * The first that something is known of, as a secret that was changed leaves items under both its keys. An erasure hides what an
 * older key has.
 */
export const knownCaller = (callers: readonly KnownCaller[]): KnownCaller | undefined => {
  const telling = callers.find(({ caller }) => isKnown(caller) || caller.erased_at !== undefined);
  return telling !== undefined && isKnown(telling.caller) ? telling : undefined;
};

const isKnown = (caller: Caller): boolean =>
  caller.name !== undefined || caller.reusable !== undefined || samplesOf(caller).length > 0;

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

/** Clones are scarce: none is made for an agent that is known not to let it through. */
const cloneFor = (known: KnownCaller | undefined, setup: AgentSetup | undefined): readonly CloneJob[] =>
  known === undefined || samplesOf(known.caller).length === 0 || setup?.overrides.voice === false
    ? []
    : [{ kind: 'caller_clone', caller_hash: known.hash }];

const checkOf = ({ agentId, setup }: InitiationView): readonly CloneJob[] =>
  agentId === undefined || setup !== undefined ? [] : [{ kind: 'agent_check', agent_id: agentId }];
