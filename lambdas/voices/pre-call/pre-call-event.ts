import * as z from 'zod';
import { consentField } from '../../callers/consent';
import { elevenLabsId } from '../../platform/ids';
import { problemsOf } from '../../platform/problems';
import { phoneNumberText, shortText } from '../../platform/short-text';
import {
  hasOneKindOfSamples,
  type NamedSample,
  namedSampleFields,
  oneKindOfSamples,
  samplesIn,
} from '../../samples/named-samples';

const callerMetadata = z.object({
  name: shortText.nullish(),
  date_of_birth: shortText.nullish(),
  phone_number: phoneNumberText.nullish(),
});

/** No braces: ElevenLabs would read a dynamic variable, and a call fails if its value is missing. */
const firstMessage = z
  .string()
  .max(1000)
  .regex(/^[^{}]*\S[^{}]*$/, 'expected a text without { and }, which is not empty');

const metadata = z.object({
  type: z.literal('pre_call'),
  /** Ignored: the signature tells when the event was sent. */
  event_timestamp: z.number().nullish().catch(undefined),
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId,
  caller_metadata: callerMetadata.nullish(),
  /** The greeting of this one call; `KEEP_FIRST_MESSAGE` ignores it. */
  first_message: firstMessage.nullish(),
  consent: consentField.nullish(),
});

const event = metadata
  .extend(namedSampleFields)
  .refine(hasOneKindOfSamples, oneKindOfSamples)
  .transform(({ voice_sample, voice_samples, ...rest }) => ({
    ...rest,
    samples: samplesIn({ voice_sample, voice_samples }),
  }));

/** The JSON form of the event, with samples, for the API description. */
export const preCallEventSchema = event;

/** The `metadata` field of the multipart form, for the API description. */
export const preCallMetadataSchema = metadata;

/** The pre-call event without its audio: the `metadata` field of a multipart request. */
export type PreCallEvent = z.infer<typeof metadata>;

/** The result of reading an untrusted pre-call event. `conversationId` is set if it could be read. */
export type EventReading<T> =
  { ok: true; event: T } | { ok: false; problem: string; conversationId: string | undefined };

/** Reads the JSON form of R1, with one to five samples. Ignores unknown fields. Never throws. */
export const readPreCallEvent = (json: unknown): EventReading<PreCallEvent & { samples: readonly NamedSample[] }> =>
  reading(event.safeParse(json), json);

/** Reads the `metadata` field of the multipart form. Ignores unknown fields. Never throws. */
export const readPreCallMetadata = (json: unknown): EventReading<PreCallEvent> =>
  reading(metadata.safeParse(json), json);

const reading = <T>(result: z.ZodSafeParseResult<T>, json: unknown): EventReading<T> => {
  if (result.success) return { ok: true, event: result.data };
  const claimed = z.object({ conversation_id: elevenLabsId }).safeParse(json);
  return { ok: false, problem: problemsOf(result.error), conversationId: claimed.data?.conversation_id };
};
