import * as z from 'zod';
import { elevenLabsId } from './ids';

const callerMetadata = z.object({
  name: z.string().nullish(),
  date_of_birth: z.string().nullish(),
  phone_number: z.string().nullish(),
});

const metadata = z.object({
  type: z.literal('pre_call'),
  event_timestamp: z.number().nullish(),
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId,
  caller_metadata: callerMetadata.nullish(),
});

/** What the sender claims about the audio is checked for its type only, and never used: the file is measured. */
const voiceSample = z.object({
  format: z.literal('base64'),
  data: z.string().min(1, 'expected base64 audio or a data: URL, got an empty string'),
  duration_seconds: z.number().nullish(),
  sample_rate: z.number().nullish(),
});

/** The caller as the sender describes them. */
export type CallerMetadata = z.infer<typeof callerMetadata>;

/** The pre-call event without its audio: the `metadata` field of a multipart request. */
export type PreCallEvent = z.infer<typeof metadata>;

/** The outcome of reading an untrusted pre-call event; `conversationId` is there as soon as it could be read. */
export type EventReading<T> =
  { ok: true; event: T } | { ok: false; problem: string; conversationId: string | undefined };

/** Reads the JSON form of R1, audio included; unknown fields are ignored. Never throws. */
export const readPreCallEvent = (json: unknown): EventReading<PreCallEvent & { voice_sample: { data: string } }> =>
  reading(metadata.extend({ voice_sample: voiceSample }).safeParse(json), json);

/** Reads the `metadata` field of the multipart form; unknown fields are ignored. Never throws. */
export const readPreCallMetadata = (json: unknown): EventReading<PreCallEvent> =>
  reading(metadata.safeParse(json), json);

const reading = <T>(result: z.ZodSafeParseResult<T>, json: unknown): EventReading<T> => {
  if (result.success) return { ok: true, event: result.data };
  const problem = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  const claimed = z.object({ conversation_id: elevenLabsId }).safeParse(json);
  return { ok: false, problem, conversationId: claimed.data?.conversation_id };
};
