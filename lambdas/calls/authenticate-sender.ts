import { ServiceError } from '../platform/errors';
import { type SenderPolicy, type SignedBytes, verifySender } from '../platform/verify-sender';

/** Who may have signed a body: ElevenLabs, the sender of the flat form, or either where they share a secret. */
export type Senders = ReadonlySet<'elevenlabs' | 'flat'>;

/** The policies of both senders; the secret of `flat` has no values where it is not configured. */
export interface SenderPolicies {
  readonly elevenLabs: SenderPolicy;
  readonly flat: SenderPolicy;
}

/**
 * Verifies whose signature a body has. If the flat form has its own secret, that secret accepts the flat form and
 * nothing else. Otherwise both senders sign with ElevenLabs' secret. Throws 400, 401, 503.
 */
export const authenticateSender = async (
  request: SignedBytes,
  { elevenLabs, flat }: SenderPolicies,
): Promise<Senders> => {
  const hasOwn = (await flat.secrets.values()).length > 0;
  const judged = await Promise.allSettled([
    verifySender(request, elevenLabs),
    hasOwn ? verifySender(request, flat) : Promise.reject(new Error('no secret of its own')),
  ]);
  const [byElevenLabs, byFlat] = judged;
  const senders = new Set<'elevenlabs' | 'flat'>();
  if (byElevenLabs.status === 'fulfilled') senders.add('elevenlabs');
  if (hasOwn ? byFlat.status === 'fulfilled' : senders.has('elevenlabs')) senders.add('flat');
  if (senders.size > 0) return senders;
  throw expiry(judged) ?? (byElevenLabs.status === 'rejected' ? byElevenLabs.reason : undefined);
};

/** A signature that is right for one of them and too old says more than one that is wrong for the other. */
const expiry = (judged: readonly PromiseSettledResult<unknown>[]): unknown =>
  judged
    .map((outcome): unknown => (outcome.status === 'rejected' ? outcome.reason : undefined))
    .find((reason) => reason instanceof ServiceError && reason.code === 'SIGNATURE_EXPIRED');
