import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

const phoneCall = z.object({
  type: z.string().nullable(),
  direction: z.string().nullable(),
  call_result: z.string().nullable(),
});

/**
 * The RECORD item in the ledger: a finished call without its transcript, which is in S3. Fields have ElevenLabs' names
 * where one exists. Null means that no event has given a value.
 */
export const storedCall = z.object({
  /** The conversation id, or the SHA-256 of the flat form's call id. */
  record_id: z.string(),
  conversation_id: z.string().nullable().default(null),
  agent_id: elevenLabsId.nullable().default(null),
  /** The conversation of the call's pre-call, if one was found. */
  precall_conversation_id: elevenLabsId.nullable().default(null),
  /** The voice from the call's pre-call. */
  voice_id: elevenLabsId.nullable().default(null),
  /** Source of the greeting: the event, the agent's own, `GREETINGS` or `DEFAULT_FIRST_MESSAGE`. */
  greeting: z.enum(['event', 'own', 'greetings', 'default']).nullable().default(null),
  caller_hash: z.string().nullable().default(null),
  /** All keys by which the call's events name the caller. */
  caller_hashes: z.array(z.string()).default([]),
  /** The caller's consent when the call ended. Null for an unknown caller. */
  consent: z.object({ state: z.string(), text_version: z.string().nullable() }).nullable().default(null),
  /** `phone`, `whatsapp`, `sms`, or a newer ElevenLabs value. */
  channel: z.string().nullable().default(null),
  /** `inbound` or `outbound`. */
  direction: z.string().nullable().default(null),
  outcome: z.enum(['completed', 'failed']).optional(),
  status: z.string().nullable().default(null),
  start_time_unix_secs: z.number().nullable().default(null),
  call_duration_secs: z.number().nullable().default(null),
  cost: z.number().nullable().default(null),
  termination_reason: z.string().nullable().default(null),
  /** Why a connected conversation failed. */
  failure_reason: z.string().nullable().default(null),
  main_language: z.string().nullable().default(null),
  call_successful: z.string().nullable().default(null),
  has_audio: z.boolean().nullable().default(null),
  has_user_audio: z.boolean().nullable().default(null),
  has_response_audio: z.boolean().nullable().default(null),
  phone_call: phoneCall.nullable().default(null),
  message_count: z.number().nullable().default(null),
  /** Keyed by criterion id: `success`, `failure` or `unknown`. The reasons are in the transcript. */
  evaluation_results: z.record(z.string(), z.string().nullable()).default({}),
  failure: z
    .object({
      reason: z.string(),
      provider: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number()]).nullable()),
    })
    .nullable()
    .default(null),
  /** Keys in S3. The transcript also contains the summary, analysis and dynamic variables. */
  transcript_key: z.string().nullable().default(null),
  transcript_text_key: z.string().nullable().default(null),
  recording_key: z.string().nullable().default(null),
  /** Unix seconds of the transcription or flat call in this record. The newest event wins. */
  event_timestamp: z.number().optional(),
  /** SHA-256 of that event's body. */
  body_sha256: z.string().optional(),
  /** Unix seconds of the event about a failed connection in this record. The newest event wins. */
  failure_timestamp: z.number().optional(),
  failure_sha256: z.string().optional(),
  /** SHA-256 of every body written here, so that a late duplicate is recognised. */
  bodies: z.set(z.string()).default(() => new Set<string>()),
  /** Unix milliseconds until which one worker may announce the call on the event bus. */
  announcing_until: z.number().optional(),
  /** Unix milliseconds at which the call was announced on the event bus. */
  announced_at: z.number().optional(),
  /** Unix seconds at which the caller was erased. The item then has no other data, and later events are dropped. */
  erased_at: z.number().optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A finished call in the ledger. */
export type StoredCall = z.infer<typeof storedCall>;

/**
 * The fields of a call's record that a `post_call_transcription` event or a call in the flat form sets. Parsing drops
 * all others.
 */
export const conversationFields = storedCall.pick({
  conversation_id: true,
  agent_id: true,
  channel: true,
  direction: true,
  outcome: true,
  status: true,
  start_time_unix_secs: true,
  call_duration_secs: true,
  cost: true,
  termination_reason: true,
  failure_reason: true,
  main_language: true,
  call_successful: true,
  has_audio: true,
  has_user_audio: true,
  has_response_audio: true,
  phone_call: true,
  message_count: true,
  evaluation_results: true,
  transcript_key: true,
  transcript_text_key: true,
});
