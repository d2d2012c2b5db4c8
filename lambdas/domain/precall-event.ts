import * as z from 'zod';
import { elevenLabsId } from './ids';
import { problemsOf } from './problems';

/** Most samples of one caller in one event. */
export const maxSamples = 5;

/** What is said of a caller is short, and is stored: without half characters, which DynamoDB refuses. */
const shortText = z
  .string()
  .max(256)
  .transform((text) => text.toWellFormed());

const callerMetadata = z.object({
  name: shortText.nullish(),
  date_of_birth: shortText.nullish(),
  phone_number: shortText.nullish(),
});

const metadata = z.object({
  type: z.literal('pre_call'),
  event_timestamp: z.number().nullish(),
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId,
  caller_metadata: callerMetadata.nullish(),
});

/** What the sender claims about the audio is checked for its type only, and never used: the file is measured. */
const claims = { duration_seconds: z.number().nullish(), sample_rate: z.number().nullish() };

const voiceSample = z.discriminatedUnion('format', [
  z.object({
    format: z.literal('base64'),
    data: z.string().min(1, 'expected base64 audio or a data: URL, got an empty string'),
    ...claims,
  }),
  z.object({ format: z.literal('upload'), upload_id: z.string(), ...claims }),
]);

const event = metadata
  .extend({ voice_sample: voiceSample.nullish(), voice_samples: z.array(voiceSample).min(1).max(maxSamples).nullish() })
  .refine(({ voice_sample, voice_samples }) => (voice_sample == null) !== (voice_samples == null), {
    path: ['voice_sample'],
    message: 'expected either voice_sample or voice_samples',
  })
  .transform(({ voice_sample, voice_samples, ...rest }) => ({
    ...rest,
    samples: voice_sample == null ? (voice_samples ?? []) : [voice_sample],
  }));

/** The JSON form of the event, samples included; for the description of the API. */
export const preCallEventSchema = event;

/** The `metadata` field of the multipart form; for the description of the API. */
export const preCallMetadataSchema = metadata;

/** The pre-call event without its audio: the `metadata` field of a multipart request. */
export type PreCallEvent = z.infer<typeof metadata>;

/** A sample as the JSON form carries or names it. */
export type NamedSample = z.infer<typeof voiceSample>;

/** The outcome of reading an untrusted pre-call event; `conversationId` is there as soon as it could be read. */
export type EventReading<T> =
  { ok: true; event: T } | { ok: false; problem: string; conversationId: string | undefined };

/** Reads the JSON form of R1, with one to five samples; unknown fields are ignored. Never throws. */
export const readPreCallEvent = (json: unknown): EventReading<PreCallEvent & { samples: NamedSample[] }> =>
  reading(event.safeParse(json), json);

/** Reads the `metadata` field of the multipart form; unknown fields are ignored. Never throws. */
export const readPreCallMetadata = (json: unknown): EventReading<PreCallEvent> =>
  reading(metadata.safeParse(json), json);

const reading = <T>(result: z.ZodSafeParseResult<T>, json: unknown): EventReading<T> => {
  if (result.success) return { ok: true, event: result.data };
  const claimed = z.object({ conversation_id: elevenLabsId }).safeParse(json);
  return { ok: false, problem: problemsOf(result.error), conversationId: claimed.data?.conversation_id };
};
