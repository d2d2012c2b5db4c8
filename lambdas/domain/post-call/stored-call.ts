import * as z from 'zod';
import { elevenLabsId } from '../ids';

const phoneCall = z.object({
  type: z.string().nullable(),
  direction: z.string().nullable(),
  call_result: z.string().nullable(),
});

/**
 * The RECORD item of the ledger: what is known of a finished call, without what was said. The transcript is in S3; names are
 * ElevenLabs' own where they have one, null is what it did not tell.
 */
export const storedCall = z.object({
  /** The conversation's id, or for the flat form the SHA-256 of the sender's. */
  record_id: z.string(),
  conversation_id: z.string().nullable(),
  agent_id: elevenLabsId.nullable(),
  /** The conversation of the pre-call, where one was found. */
  precall_conversation_id: elevenLabsId.nullable().default(null),
  caller_hash: z.string().nullable().default(null),
  outcome: z.enum(['completed', 'failed']).optional(),
  status: z.string().nullable().default(null),
  start_time_unix_secs: z.number().nullable().default(null),
  call_duration_secs: z.number().nullable().default(null),
  cost: z.number().nullable().default(null),
  termination_reason: z.string().nullable().default(null),
  main_language: z.string().nullable().default(null),
  call_successful: z.string().nullable().default(null),
  has_audio: z.boolean().nullable().default(null),
  has_user_audio: z.boolean().nullable().default(null),
  has_response_audio: z.boolean().nullable().default(null),
  phone_call: phoneCall.nullable().default(null),
  message_count: z.number().nullable().default(null),
  /** By the id of the criterion: `success`, `failure` or `unknown`; the reasons are in the transcript. */
  evaluation_results: z.record(z.string(), z.string().nullable()).default({}),
  failure: z
    .object({
      reason: z.string(),
      provider: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number()]).nullable()),
    })
    .nullable()
    .default(null),
  /** Keys in S3; the transcript holds summary, analysis and dynamic variables too. */
  transcript_key: z.string().nullable().default(null),
  transcript_text_key: z.string().nullable().default(null),
  recording_key: z.string().nullable().default(null),
  /** Unix seconds of the event that this was made of; of several the newest wins. */
  event_timestamp: z.number().optional(),
  /** SHA-256 of its body. */
  body_sha256: z.string().optional(),
  /** Unix milliseconds until which a worker is telling the bus. */
  announcing_until: z.number().optional(),
  /** Unix milliseconds at which the bus was told. */
  announced_at: z.number().optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A finished call as the ledger has it. */
export type StoredCall = z.infer<typeof storedCall>;

/** What one event tells of a call; what it has beyond this is dropped. */
export const callReport = storedCall
  .omit({ recording_key: true, announcing_until: true, announced_at: true })
  .required({ outcome: true, event_timestamp: true, body_sha256: true });

/** What one event tells of a call. */
export type CallReport = z.infer<typeof callReport>;
