import * as z from 'zod';
import { decodeAudio } from './base64-audio';
import { readUploadId, type Upload } from './upload';

/** The most samples of one caller in one request. */
export const maxSamples = 5;

/** The sender's claims about the audio. They are never used and refuse nothing, because the file is measured. */
const claims = {
  duration_seconds: z.number().nullish().catch(undefined),
  sample_rate: z.number().nullish().catch(undefined),
};

const kindOfSample = z.discriminatedUnion(
  'format',
  [
    z.object({
      format: z.literal('base64'),
      data: z.string().min(1, 'expected base64 audio or a data: URL, got an empty string'),
      ...claims,
    }),
    z.object({ format: z.literal('upload'), upload_id: z.string(), ...claims }),
  ],
  {
    error: ({ input }) =>
      typeof input === 'object' ? 'expected base64 or upload; the audio tells its own format' : undefined,
  },
);

const anySample = z.looseObject({ format: z.string() });

const voiceSample = z.preprocess((sample) => {
  const { data } = anySample.safeParse(sample);
  return data === undefined ? sample : { ...data, format: data.format.trim().toLowerCase() };
}, kindOfSample);

/** A sample that a JSON body contains or names. */
export type NamedSample = z.infer<typeof voiceSample>;

/** The fields of a JSON body with samples: one as `voice_sample`, or one to five as `voice_samples`. */
export const namedSampleFields = {
  voice_sample: voiceSample.nullish(),
  voice_samples: z.array(voiceSample).min(1).max(maxSamples).nullish(),
};

interface NamedSamples {
  readonly voice_sample?: NamedSample | null | undefined;
  readonly voice_samples?: readonly NamedSample[] | null | undefined;
}

/** Returns whether a body has exactly one of the two fields. */
export const hasOneKindOfSamples = ({ voice_sample, voice_samples }: NamedSamples): boolean =>
  (voice_sample == null) !== (voice_samples == null);

/** The problem to report if a body does not have exactly one of the fields. */
export const oneKindOfSamples = { path: ['voice_sample'], message: 'expected either voice_sample or voice_samples' };

/** Returns the samples of a body, from either field. */
export const samplesIn = ({ voice_sample, voice_samples }: NamedSamples): readonly NamedSample[] =>
  voice_sample == null ? (voice_samples ?? []) : [voice_sample];

/** The result of reading a sample: its bytes, or the upload that it names. */
export type SampleReading = { ok: true; sample: Buffer | Upload } | { ok: false; problem: string };

/** Reads a sample that a body contains or names. Does not check whose upload it is. Never throws. */
export const readNamedSample = (named: NamedSample): SampleReading => {
  const sample = named.format === 'base64' ? decodeAudio(named.data) : readUploadId(named.upload_id);
  return sample === undefined ? { ok: false, problem: problems[named.format] } : { ok: true, sample };
};

const problems: Record<NamedSample['format'], string> = {
  base64: 'voice_sample.data: expected base64 (RFC 4648, not URL-safe) or a data: URL with base64',
  upload: 'voice_sample.upload_id: expected an id that POST /uploads gave',
};
