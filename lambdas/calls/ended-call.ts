import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { callRecord, externalNumber } from './call-record';
import type { FlatCall } from './flat-call';
import { isJsonObject, type JsonObject } from './json-object';
import { writtenNumber } from './phone-numbers';
import type { FailureEvent, PostCallEvent } from './post-call-event';

/** By what the ledger finds the conversation that has ended; the voice and agent to release are the ledger's own. */
export interface EndedCall {
  /** Undefined where the flat form's `call_id` cannot be one: no pre-call has such an id. */
  readonly conversationId: string | undefined;
  /** The id that the pre-call's answer put into the dynamic variables. */
  readonly precallConversationId: string | undefined;
  readonly agentId: string | undefined;
  /** The other side's number as it was written, for the caller's hash alone. */
  readonly externalNumber: string | undefined;
  /** Unix seconds; of a call that never came about, when that was known. */
  readonly startedAtS: number | undefined;
}

/** What an event tells of the call that it ends; undefined for events that end none: audio, and types that we do not know. */
export const endedCall = (event: PostCallEvent | FlatCall): EndedCall | undefined => {
  switch (event.kind) {
    case 'transcription':
      return {
        ...idsOf(event),
        externalNumber: externalNumber(event.data),
        startedAtS: callRecord(event).start_time_unix_secs ?? undefined,
      };
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
    case 'audio':
    case 'other':
      return undefined;
  }
};

const idIfAny = elevenLabsId.optional().catch(undefined);

const idsOf = ({ conversationId, agentId, data }: { conversationId: string; agentId: string; data: JsonObject }) => ({
  conversationId,
  precallConversationId: precallIdIn(
    objectIn(objectIn(data, 'conversation_initiation_client_data'), 'dynamic_variables'),
  ),
  agentId,
});

const precallIdIn = (variables: JsonObject): string | undefined => idIfAny.parse(variables['precall_conversation_id']);

const objectIn = (json: JsonObject, field: string): JsonObject => {
  const value = Object.hasOwn(json, field) ? json[field] : undefined;
  return isJsonObject(value) ? value : {};
};

const providerBody = z.object({
  Direction: z.string().optional().catch(undefined),
  From: writtenNumber,
  To: writtenNumber,
  direction: z.string().optional().catch(undefined),
  from_number: writtenNumber,
  to_number: writtenNumber,
});

/** Who was called; who called, if the provider says that the call came in. Failures are of calls that went out as a rule. */
const dialledNumber = ({ data }: FailureEvent): string | undefined => {
  const body = providerBody.parse(objectIn(objectIn(data, 'metadata'), 'body'));
  const isInbound = (body.Direction ?? body.direction ?? '').toLowerCase().startsWith('inbound');
  return isInbound ? (body.From ?? body.from_number) : (body.To ?? body.to_number);
};
