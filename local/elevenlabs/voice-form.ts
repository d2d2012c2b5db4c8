import * as z from 'zod';
import { list } from './requests';

const labelMap = z.record(z.string(), z.string());

const labels = z.string().transform((text, context) => {
  try {
    return labelMap.parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON object whose values are strings');
    return z.NEVER;
  }
});

const formFile = z.strictObject({
  fileName: z.string().min(1),
  mimeType: z.string().min(1),
  bytes: z.instanceof(Buffer),
});

/** A file of a form. */
export type FormFile = z.infer<typeof formFile>;

/** The form of an instant voice clone: Body_Add_voice_v1_voices_add_post in ElevenLabs' OpenAPI document. */
export const voiceForm = z.strictObject({
  name: z.string().min(1),
  files: list(formFile),
  description: z.string().nullable().default(null),
  labels: labels.default({}),
  remove_background_noise: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).default(false),
});

/** What `POST /v1/voices/add` is asked for. */
export type VoiceForm = z.infer<typeof voiceForm>;
