import * as z from 'zod';
import type { SampleLimits } from './voice-sample';

const bytesPerMb = 1024 * 1024;

const sizeVariables = { VOICE_CLONE_MAX_SIZE_MB: z.coerce.number().positive() };

/** Reads the size limit of a sample, in bytes, from a function's environment. */
export const sampleSizePart = {
  variables: sizeVariables,
  build: (env: z.infer<z.ZodObject<typeof sizeVariables>>): number =>
    Math.floor(env.VOICE_CLONE_MAX_SIZE_MB * bytesPerMb),
};

const variables = {
  ...sizeVariables,
  VOICE_CLONE_MIN_DURATION: z.coerce.number().positive(),
  VOICE_CLONE_MIN_SAMPLE_RATE: z.coerce.number().positive(),
  SAMPLE_QUALITY: z.enum(['off', 'warn', 'refuse']),
};

/** Reads all limits of a sample from a function's environment. */
export const sampleLimitsPart = {
  variables,
  build: (env: z.infer<z.ZodObject<typeof variables>>): SampleLimits => ({
    minDurationS: env.VOICE_CLONE_MIN_DURATION,
    minSampleRateHz: env.VOICE_CLONE_MIN_SAMPLE_RATE,
    maxBytes: sampleSizePart.build(env),
    quality: env.SAMPLE_QUALITY,
  }),
};
