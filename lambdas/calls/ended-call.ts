import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { type JsonObject, numberOrNull, objectIn, part } from './json-fields';
import { writtenNumber } from './phone-numbers';
import type { CallEndEvent, FailureEvent, TranscriptionEvent } from './post-call-event';

/** By what the ledger finds the conversation that ended. The voice and the agent to release come from the ledger. */
export interface EndedCall {
  /** Undefined where the `call_id` of the flat form is not a valid id: no pre-call has such an id. */
  readonly conversationId: string | undefined;
  /** The id that the answer to the pre-call added to the dynamic variables. */
  readonly precallConversationId: string | undefined;
  readonly agentId: string | undefined;
  /** The other side's number as it was written; only its hash is kept. */
  readonly externalNumber: string | undefined;
  /** Unix seconds. For a call that was never connected, the time of the event. */
  readonly startedAtS: number | undefined;
}

/** Which call an event ends. Never throws. */
export const endedCall = (event: CallEndEvent): EndedCall => {
  switch (event.kind) {
    case 'transcription':
      return { ...idsOf(event), ...callStart.parse(event.data) };
    case 'failure':
      return { ...idsOf(event), externalNumber: dialledNumber(event), startedAtS: event.eventTimestampS };
    case 'flat':
      return {
        conversationId: idIfAny.parse(event.callId),
        precallConversationId: precallIdIn(event.customVariables),
        agentId: event.agentId,
        externalNumber: undefined,
        startedAtS: undefined,
      };
  }
};

const idIfAny = elevenLabsId.optional().catch(undefined);

const idsOf = ({ conversationId, agentId, data }: TranscriptionEvent | FailureEvent) => ({
  conversationId,
  precallConversationId: precallIdIn(
    objectIn(objectIn(data, 'conversation_initiation_client_data'), 'dynamic_variables'),
  ),
  agentId,
});

const precallIdIn = (variables: JsonObject): string | undefined => idIfAny.parse(variables['precall_conversation_id']);

const callStart = part({
  metadata: part({ start_time_unix_secs: numberOrNull, phone_call: part({ external_number: writtenNumber }) }),
}).transform(({ metadata }) => ({
  externalNumber: metadata.phone_call.external_number,
  startedAtS: metadata.start_time_unix_secs ?? undefined,
}));

const providerBody = z.object({
  Direction: z.string().optional().catch(undefined),
  From: writtenNumber,
  To: writtenNumber,
  direction: z.string().optional().catch(undefined),
  from_number: writtenNumber,
  to_number: writtenNumber,
});

/** The number that was called, or the calling number if the provider says that the call came in. */
const dialledNumber = ({ data }: FailureEvent): string | undefined => {
  const body = providerBody.parse(objectIn(objectIn(data, 'metadata'), 'body'));
  const isInbound = (body.Direction ?? body.direction ?? '').toLowerCase().startsWith('inbound');
  return isInbound ? (body.From ?? body.from_number) : (body.To ?? body.to_number);
};
