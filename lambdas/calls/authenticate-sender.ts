import { ServiceError } from '../platform/errors';
import { type SenderPolicy, type SignedBytes, verifySender } from '../platform/verify-sender';

/** Senders who may have signed a body: ElevenLabs, the sender of the flat form, or either if they share a secret. */
export type Senders = ReadonlySet<'elevenlabs' | 'flat'>;

/** The policies of both senders. The secret of `flat` has no values if it is not configured. */
export interface SenderPolicies {
  readonly elevenLabs: SenderPolicy;
  readonly flat: SenderPolicy;
}

/**
 * Verifies a post-call body's signature and returns its possible senders: ElevenLabs, or a sender of the flat form (the
 * fields of a call at the top level). A separate secret for the flat form accepts only the flat form. Without one, both
 * sign with ElevenLabs' secret. Throws 400 for malformed input, 401 for a wrong signature, and 503 if a secret cannot
 * be read.
 */
export const authenticateSender = async (
  request: SignedBytes,
  { elevenLabs, flat }: SenderPolicies,
): Promise<Senders> => {
  const hasFlatSecret = (await flat.secrets.values()).length > 0;
  if (!hasFlatSecret) {
    await verifySender(request, elevenLabs);
    return new Set(['elevenlabs', 'flat']);
  }
  const [byElevenLabs, byFlat] = await Promise.allSettled([
    verifySender(request, elevenLabs),
    verifySender(request, flat),
  ]);
  const senders = new Set<'elevenlabs' | 'flat'>();
  if (byElevenLabs.status === 'fulfilled') senders.add('elevenlabs');
  if (byFlat.status === 'fulfilled') senders.add('flat');
  if (senders.size > 0) return senders;
  throw expiry([byElevenLabs, byFlat]) ?? (byElevenLabs.status === 'rejected' ? byElevenLabs.reason : undefined);
};

/** Finds the error for a correct but expired signature. It says more than the other sender's wrong signature. */
const expiry = (outcomes: readonly PromiseSettledResult<unknown>[]): unknown =>
  outcomes
    .map((outcome): unknown => (outcome.status === 'rejected' ? outcome.reason : undefined))
    .find((reason) => reason instanceof ServiceError && reason.code === 'SIGNATURE_EXPIRED');
