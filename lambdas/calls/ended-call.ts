import { flatParty, partyOf, unreachedParty } from '../callers/identities';
import { elevenLabsId } from '../platform/ids';
import { isJsonObject, type JsonObject, objectIn, timeOrNull } from './json-fields';
import type { CallEndEvent, FailureEvent, TranscriptionEvent } from './post-call-event';

/** Identifies the ended conversation in the ledger, and through it the voice and agent to release. */
export interface EndedCall {
  /** Undefined if the event has no valid ElevenLabs id. Then no pre-call has its id. */
  readonly conversationId: string | undefined;
  /** The id that the pre-call's response added to the dynamic variables. */
  readonly precallConversationId: string | undefined;
  /** Every agent that handled the call, the agent that the event names first. */
  readonly agentIds: readonly string[];
  /** The caller's phone numbers and user ids in the event, as written. Only their hashes are stored. */
  readonly callerIdentifiers: readonly string[];
  /** Unix seconds. For a call that was never connected, the event's time. */
  readonly startedAtS: number | undefined;
}

/** Returns which call an event ends. Never throws. */
export const endedCall = (event: CallEndEvent): EndedCall => {
  switch (event.kind) {
    case 'transcription':
      return { ...idsOf(event), callerIdentifiers: partyOf(event.data).identifiers, startedAtS: startOf(event) };
    case 'failure':
      return {
        ...idsOf(event),
        callerIdentifiers: unreachedParty(event.data).identifiers,
        startedAtS: event.eventTimestampS,
      };
    case 'flat':
      return {
        conversationId: idIfAny.parse(event.callId),
        precallConversationId: precallIdIn(event.customVariables),
        agentIds: event.agentId === undefined ? [] : [event.agentId],
        callerIdentifiers: flatParty(event.data).identifiers,
        startedAtS: undefined,
      };
  }
};

const idIfAny = elevenLabsId.optional().catch(undefined);

const idsOf = ({ conversationId, agentId, data }: TranscriptionEvent | FailureEvent) => {
  const variables = objectIn(objectIn(data, 'conversation_initiation_client_data'), 'dynamic_variables');
  return {
    conversationId,
    precallConversationId: precallIdIn(variables),
    agentIds: visitedAgents(agentId, variables, data['visited_agents']),
  };
};

/** Returns every agent that handled the call. After a transfer, the pre-call's agent differs from the event's agent. */
const visitedAgents = (agentId: string | undefined, variables: JsonObject, visited: unknown): readonly string[] => {
  const listed: readonly unknown[] = Array.isArray(visited) ? visited.slice(0, maxAgents) : [];
  const candidates = [
    agentId,
    ...listed.map((each) => (isJsonObject(each) ? each['agent_id'] : each)),
    variables['system__agent_id'],
    variables['system__current_agent_id'],
  ];
  return [...new Set(candidates.map((id) => idIfAny.parse(id)).filter((id) => id !== undefined))].slice(0, maxAgents);
};

const maxAgents = 20;

const precallIdIn = (variables: JsonObject): string | undefined => idIfAny.parse(variables['precall_conversation_id']);

const startOf = ({ data }: TranscriptionEvent): number | undefined =>
  timeOrNull.parse(objectIn(data, 'metadata')['start_time_unix_secs'] ?? null) ?? undefined;
