import * as z from 'zod';
import { megabyte } from '../platform/units';
import type { SampleLimits } from './voice-sample';

/** The settings of a function's environment that samples are judged by. */
export const sampleVariables = {
  VOICE_CLONE_MIN_DURATION: z.coerce.number().positive(),
  VOICE_CLONE_MAX_SIZE_MB: z.coerce.number().positive(),
};

/** ElevenLabs' clones sound like telephones below this. */
const minSampleRateHz = 16_000;

/** What a sample must keep to by these settings, wherever it comes in. */
export const sampleLimits = (env: z.infer<z.ZodObject<typeof sampleVariables>>): SampleLimits => ({
  minDurationS: env.VOICE_CLONE_MIN_DURATION,
  minSampleRateHz,
  maxBytes: Math.floor(env.VOICE_CLONE_MAX_SIZE_MB * megabyte),
});
