import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

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
  conversation_id: z.string().nullable().default(null),
  agent_id: elevenLabsId.nullable().default(null),
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
  /** Unix seconds of the transcription, or call in the flat form, that this was made of; of several the newest wins. */
  event_timestamp: z.number().optional(),
  /** SHA-256 of its body. */
  body_sha256: z.string().optional(),
  /** The same of the event that told of the failure. */
  failure_timestamp: z.number().optional(),
  failure_sha256: z.string().optional(),
  /** SHA-256 of every body that was ever written here: one that comes again is a late duplicate. */
  bodies: z.set(z.string()).default(() => new Set<string>()),
  /** Unix milliseconds until which a worker is telling the bus. */
  announcing_until: z.number().optional(),
  /** Unix milliseconds at which the bus was told. */
  announced_at: z.number().optional(),
  /** Unix seconds: the caller was erased; nothing else is in the item, and what comes about the call is dropped. */
  erased_at: z.number().optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A finished call as the ledger has it. */
export type StoredCall = z.infer<typeof storedCall>;

/** What a transcription, or a call in the flat form, tells of a call; what it has beyond this is dropped. */
export const conversationFields = storedCall.pick({
  conversation_id: true,
  agent_id: true,
  outcome: true,
  status: true,
  start_time_unix_secs: true,
  call_duration_secs: true,
  cost: true,
  termination_reason: true,
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

/** What one event tells of a call. What it does not tell stays as events of another kind have told it. */
export interface CallReport {
  readonly recordId: string;
  /** Which kind of event it is: the newest of each kind is kept. */
  readonly of: 'conversation' | 'failure';
  /** Unix seconds. */
  readonly eventTimestampS: number;
  readonly bodySha256: string;
  readonly told: Partial<StoredCall>;
  /** What holds only where no event of another kind tells it. */
  readonly presumed: Partial<StoredCall>;
}
