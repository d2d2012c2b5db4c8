import * as z from 'zod';
import { foreignId, maxStoredChars, numeric, printable, storable } from './foreign-text';
import { isJsonObject } from './json-object';
import { looksLikePhoneNumber, withoutPhoneNumbers } from './phone-numbers';
import type { FailureEvent } from './post-call-event';

/** A call that never came about, as it is stored; null is what the provider did not tell. It holds no telephone numbers. */
export interface CallFailure {
  readonly conversation_id: string;
  readonly agent_id: string;
  /** `busy`, `no-answer`, `unknown`, or what else ElevenLabs says. */
  readonly reason: string;
  readonly provider: 'twilio' | 'sip' | 'unknown';
  readonly details: ProviderDetails;
}

/** What the telephone provider said. */
export interface ProviderDetails {
  readonly call_sid: string | null;
  /** Twilio's word for what became of the call. */
  readonly call_status: string | null;
  readonly sip_status_code: number | null;
  readonly sip_status: string | null;
  readonly error_reason: string | null;
  /** Of the SIP service's own interface. */
  readonly twirp_code: string | null;
}

const knownReasons: readonly string[] = ['busy', 'no-answer', 'unknown'];

const objectOrEmpty = z.unknown().transform((json) => (isJsonObject(json) ? json : {}));
const reasonText = printable(64).nullable().catch(null);
/** Long texts are cut rather than lost. */
const detailText = z
  .string()
  .transform((text) => storable(withoutPhoneNumbers(text.slice(0, maxStoredChars))))
  .nullable()
  .catch(null);
const callSid = foreignId
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
  ErrorCode: detailText,
});

/**
 * What a failure event tells, whatever of it is missing or of the wrong type. Known reasons are recognised in any case and
 * with `_` or a space for `-`. The fields of both providers are looked for, should the type be a new one. Never throws.
 */
export const callFailure = ({ conversationId, agentId, data }: FailureEvent): CallFailure => {
  const metadata = objectOrEmpty.parse(data['metadata']);
  const body = objectOrEmpty.parse(metadata['body']);
  const sip = sipBody.parse(body);
  const twilio = twilioBody.parse(body);
  return {
    conversation_id: conversationId,
    agent_id: agentId,
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
  if (type === 'sip_trunking') return 'sip';
  return type === 'twilio' || type === 'sip' ? type : 'unknown';
};
