import { flatParty, partyOf, unreachedParty } from '../callers/identities';
import { elevenLabsId } from '../platform/ids';
import { isJsonObject, type JsonObject, numberOrNull, objectIn } from './json-fields';
import type { CallEndEvent, FailureEvent, TranscriptionEvent } from './post-call-event';

/** By what the ledger finds the conversation that ended. The voice and the agent to release come from the ledger. */
export interface EndedCall {
  /** Undefined where the event names no valid id of ElevenLabs: no pre-call has such an id. */
  readonly conversationId: string | undefined;
  /** The id that the answer to the pre-call added to the dynamic variables. */
  readonly precallConversationId: string | undefined;
  /** Every agent that the call visited, the one that the event names first. */
  readonly agentIds: readonly string[];
  /** What the other side is named by, as it was written; only hashes are kept. */
  readonly callerNames: readonly string[];
  /** Unix seconds. For a call that was never connected, the time of the event. */
  readonly startedAtS: number | undefined;
}

/** Which call an event ends. Never throws. */
export const endedCall = (event: CallEndEvent): EndedCall => {
  switch (event.kind) {
    case 'transcription':
      return { ...idsOf(event), callerNames: partyOf(event.data).names, startedAtS: startOf(event) };
    case 'failure':
      return { ...idsOf(event), callerNames: unreachedParty(event.data).names, startedAtS: event.eventTimestampS };
    case 'flat':
      return {
        conversationId: idIfAny.parse(event.callId),
        precallConversationId: precallIdIn(event.customVariables),
        agentIds: event.agentId === undefined ? [] : [event.agentId],
        callerNames: flatParty(event.data).names,
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

/** A call may have been transferred: its pre-call was then that of another agent than the event's. */
const visitedAgents = (agentId: string | undefined, variables: JsonObject, visited: unknown): readonly string[] => {
  const listed: readonly unknown[] = Array.isArray(visited) ? visited.slice(0, maxAgents) : [];
  const named = [
    agentId,
    ...listed.map((each) => (isJsonObject(each) ? each['agent_id'] : each)),
    variables['system__agent_id'],
    variables['system__current_agent_id'],
  ];
  return [...new Set(named.map((id) => idIfAny.parse(id)).filter((id) => id !== undefined))].slice(0, maxAgents);
};

const maxAgents = 20;

const precallIdIn = (variables: JsonObject): string | undefined => idIfAny.parse(variables['precall_conversation_id']);

const startOf = ({ data }: TranscriptionEvent): number | undefined =>
  numberOrNull.parse(objectIn(data, 'metadata')['start_time_unix_secs'] ?? null) ?? undefined;
