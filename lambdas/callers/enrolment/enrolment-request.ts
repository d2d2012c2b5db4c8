import * as z from 'zod';
import { phoneNumberText, shortText } from '../../platform/short-text';
import { hasOneKindOfSamples, namedSampleFields, oneKindOfSamples, samplesIn } from '../../samples/named-samples';
import { consentField } from '../consent';

/**
 * The body of `POST /callers`. The exact `type` makes other routes reject a signed body. Unknown fields are ignored.
 */
export const enrolmentRequest = z
  .object({
    type: z.literal('caller_enrol'),
    phone_number: phoneNumberText,
    name: shortText.nullish(),
    consent: consentField.nullish(),
    ...namedSampleFields,
  })
  .refine(hasOneKindOfSamples, oneKindOfSamples)
  .transform(({ phone_number, name, consent, voice_sample, voice_samples }) => ({
    phone_number,
    name,
    consent: consent ?? undefined,
    samples: samplesIn({ voice_sample, voice_samples }),
  }));

/** A caller to enrol, with one to five samples. */
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;
