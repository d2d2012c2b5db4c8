import * as z from 'zod';
import type { DynamicVariables } from '../initiation/dynamic-variables';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { ConfigOverride } from '../setup/agent-setup';
import { ElevenLabsError } from './errors';
import { type Connection, request } from './request';

/** A call to place. */
export interface NewCall {
  readonly transport: 'sip_trunk' | 'twilio';
  readonly agentId: string;
  readonly phoneNumberId: string;
  readonly toNumber: string;
  readonly override: ConfigOverride | undefined;
  readonly dynamicVariables: DynamicVariables;
  /** The caller's key, so that the caller can be found in ElevenLabs' lists. */
  readonly userId: string | undefined;
  /** How long the phone may ring, in seconds. ElevenLabs' default is 60. */
  readonly ringingS: number | undefined;
}

/** ElevenLabs' ids of the call. All may be missing. */
export interface PlacedCall {
  readonly conversationId: string | undefined;
  /** The conversation id, Twilio's call id or the SIP call id: the first that ElevenLabs returned. */
  readonly callId: string | undefined;
}

const callId = z.string().min(1).max(256).nullish().catch(undefined);
const placed = z.object({
  success: z.boolean(),
  conversation_id: elevenLabsId.nullish().catch(undefined),
  callSid: callId,
  sip_call_id: callId,
});

const paths = {
  sip_trunk: '/v1/convai/sip-trunk/outbound-call',
  twilio: '/v1/convai/twilio/outbound-call',
} as const;

/** ElevenLabs responds when dialling begins or has failed. */
const timeoutMs = 20_000;

/**
 * Places a call through ElevenLabs. The call rings a person's phone and has no idempotency key. It is retried only if
 * nothing can have happened. A 200 with `success: false` counts as the refusal `call_not_placed`. Throws
 * ElevenLabsError if the call fails; its `outcomeUnknown` says whether the phone may ring anyway.
 */
export const placeCall = async (connection: Connection, call: NewCall, deadline: Deadline): Promise<PlacedCall> => {
  const json = {
    agent_id: call.agentId,
    agent_phone_number_id: call.phoneNumberId,
    to_number: call.toNumber,
    conversation_initiation_client_data: {
      dynamic_variables: call.dynamicVariables,
      ...(call.userId !== undefined && { user_id: call.userId }),
      ...(call.override !== undefined && { conversation_config_override: call.override }),
    },
    ...(call.ringingS !== undefined && { telephony_call_config: { ringing_timeout_secs: call.ringingS } }),
  };
  const answer = await request(
    connection,
    {
      operation: 'place_call',
      method: 'POST',
      path: paths[call.transport],
      timeoutMs,
      body: { json },
      answer: placed,
      isRepeatable: false,
    },
    deadline,
  );
  if (!answer.success) throw new ElevenLabsError('refused', 'call_not_placed');
  const conversationId = answer.conversation_id ?? undefined;
  return { conversationId, callId: conversationId ?? answer.callSid ?? answer.sip_call_id ?? undefined };
};
