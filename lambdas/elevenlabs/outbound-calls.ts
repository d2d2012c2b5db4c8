import * as z from 'zod';
import type { DynamicVariables } from '../initiation/dynamic-variables';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { ConfigOverride } from '../setup/agent-setup';
import { ElevenLabsError } from './errors';
import { type Connection, request } from './request';

/** A call to be placed. */
export interface NewCall {
  readonly transport: 'sip_trunk' | 'twilio';
  readonly agentId: string;
  readonly phoneNumberId: string;
  readonly toNumber: string;
  readonly override: ConfigOverride | undefined;
  readonly dynamicVariables: DynamicVariables;
  /** The caller's key, so that ElevenLabs' own lists can be searched for the caller. */
  readonly userId: string | undefined;
  /** How long it may ring, in seconds; ElevenLabs' own 60 s by default. */
  readonly ringingS: number | undefined;
}

/** What ElevenLabs called it; all may be missing. */
export interface PlacedCall {
  readonly conversationId: string | undefined;
  /** The first of conversation id, Twilio's or SIP's call id that it gave. */
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

/** The answer comes when the dialling begins, or when it failed. */
const timeoutMs = 20_000;

/**
 * Has ElevenLabs place a call. It rings a person's phone and has no idempotency key: it is repeated only where nothing
 * can have happened. An answer 200 with `success: false` is a refusal, `call_not_placed`. Throws ElevenLabsError, whose
 * `outcomeUnknown` says whether it may ring all the same.
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
  if (!answer.success) throw new ElevenLabsError('refused', 'call_not_placed', false);
  const conversationId = answer.conversation_id ?? undefined;
  return { conversationId, callId: conversationId ?? answer.callSid ?? answer.sip_call_id ?? undefined };
};
