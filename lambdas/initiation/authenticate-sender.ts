import { createHash, timingSafeEqual } from 'node:crypto';
import type { LiveSecrets } from '../platform/authenticate';
import { ServiceError } from '../platform/errors';

/** The header that carries the secret. */
export const secretHeader = 'X-Precall-Secret';

/**
 * Lets a request pass whose header is a live secret, as ElevenLabs signs nothing here: its requests carry headers of our choice alone.
 * The secrets are read again before a request is refused, so that a rotation drops no call; a header that is missing needs no
 * second look. Throws 401 `INVALID_SECRET`, and 503 when no secret is configured.
 */
export const authenticateSender = async (claimed: string | undefined, secrets: LiveSecrets): Promise<void> => {
  const live = await secrets.values();
  if (claimed === undefined || claimed === '') throw refusal('The request has no secret.');
  if (isAnyOf(claimed, live)) return;
  if (!isAnyOf(claimed, (await secrets.reread()) ?? [])) throw refusal('The secret is wrong.');
};

/** Takes the same time whichever secret it is, and wherever it differs; digests are of one length. */
const isAnyOf = (claimed: string, live: readonly string[]): boolean =>
  live.map((secret) => timingSafeEqual(sha256(secret), sha256(claimed))).includes(true);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const refusal = (what: string): ServiceError =>
  new ServiceError({
    code: 'INVALID_SECRET',
    message: `${what} Send the header ${secretHeader} with the value of the secret InitiationSecret.`,
  });
