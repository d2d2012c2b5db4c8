import * as z from 'zod';
import { maxStoredChars, numeric, objectIn, printable, storable } from './json-fields';
import { looksLikePhoneNumber, withoutPhoneNumbers } from './phone-numbers';
import type { FailureEvent } from './post-call-event';

/** A call that was never connected, as the record stores it: without phone numbers, null for missing values. */
export interface CallFailure {
  readonly conversation_id: string | null;
  readonly agent_id: string | null;
  /** `busy`, `no-answer`, `unknown`, or a newer ElevenLabs value. */
  readonly reason: string;
  readonly provider: 'twilio' | 'sip' | 'unknown';
  readonly details: ProviderDetails;
}

/** What the telephone provider reported. */
export interface ProviderDetails {
  readonly call_sid: string | null;
  /** The status of the call at Twilio. */
  readonly call_status: string | null;
  readonly sip_status_code: number | null;
  readonly sip_status: string | null;
  readonly error_reason: string | null;
  /** An error code from the SIP service. */
  readonly twirp_code: string | null;
}

const knownReasons: readonly string[] = ['busy', 'no-answer', 'unknown'];

const reasonText = printable(64).nullable().catch(null);
/** Cuts a long text instead of dropping it. */
const detailText = z
  .string()
  .transform((text) => storable(withoutPhoneNumbers(text.slice(0, maxStoredChars))))
  .nullable()
  .catch(null);
const callSid = printable(256)
  .refine((id) => !looksLikePhoneNumber(id))
  .nullable()
  .catch(null);
const statusCode = numeric.pipe(z.int().min(100).max(999)).nullable().catch(null);

const sipBody = z.object({
  call_sid: callSid,
  sip_status_code: statusCode,
  sip_status: detailText,
  error_reason: detailText,
  twirp_code: detailText,
});
const twilioBody = z.object({
  CallSid: callSid,
  CallStatus: detailText,
  SipResponseCode: statusCode,
  ErrorMessage: detailText,
  ErrorCode: z.union([z.int().transform(String), detailText]),
});

/**
 * Reads a failure event. Missing values and values of the wrong type become null. Recognises known reasons in any case,
 * and with `_` or a space for `-`. Reads the fields of both providers, because the provider's type may be new. Never
 * throws.
 */
export const callFailure = ({ conversationId, agentId, data }: FailureEvent): CallFailure => {
  const metadata = objectIn(data, 'metadata');
  const body = objectIn(metadata, 'body');
  const sip = sipBody.parse(body);
  const twilio = twilioBody.parse(body);
  return {
    conversation_id: conversationId ?? null,
    agent_id: agentId ?? null,
    reason: reasonOf(data['failure_reason']),
    provider: providerOf(metadata['type']),
    details: {
      call_sid: sip.call_sid ?? twilio.CallSid,
      call_status: twilio.CallStatus,
      sip_status_code: sip.sip_status_code ?? twilio.SipResponseCode,
      sip_status: sip.sip_status,
      error_reason: sip.error_reason ?? twilio.ErrorMessage ?? twilio.ErrorCode,
      twirp_code: sip.twirp_code,
    },
  };
};

const reasonOf = (claimed: unknown): string => {
  const reason = reasonText.parse(claimed) ?? 'unknown';
  const normalised = reason.trim().toLowerCase().replace(/[_ ]/g, '-');
  return knownReasons.includes(normalised) ? normalised : withoutPhoneNumbers(reason);
};

const providerOf = (type: unknown): CallFailure['provider'] => {
  if (type === 'sip_trunking' || type === 'sip_trunk') return 'sip';
  return type === 'twilio' || type === 'sip' ? type : 'unknown';
};
