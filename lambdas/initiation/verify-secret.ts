import { createHash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../platform/errors';
import type { LiveSecrets } from '../platform/verify-sender';

/** The header that carries the secret. */
export const secretHeader = 'X-Precall-Secret';

/**
 * Accepts a request whose header has a live secret. ElevenLabs does not sign these requests, but sends the configured
 * headers. Before rejecting a secret, reads the live secrets again, so that a rotation drops no call. Throws 401
 * `INVALID_SECRET` for a missing or wrong secret, 503 when no secret is configured.
 */
export const verifySecret = async (claimed: string | undefined, secrets: LiveSecrets): Promise<void> => {
  if (claimed === undefined || claimed === '') throw rejection('The request has no secret.', 'unsigned');
  if (isAnyOf(claimed, await secrets.values())) return;
  if (!isAnyOf(claimed, (await secrets.reread()) ?? [])) throw rejection('The secret is wrong.');
};

/** Compares digests of one length, so that the time shows neither which secret matches nor where one differs. */
const isAnyOf = (claimed: string, live: readonly string[]): boolean =>
  live.map((secret) => timingSafeEqual(sha256(secret), sha256(claimed))).includes(true);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const rejection = (what: string, harmless?: 'unsigned'): ServiceError =>
  new ServiceError({
    code: 'INVALID_SECRET',
    ...(harmless !== undefined && { harmless }),
    message: `${what} Send the header ${secretHeader} with the value of the secret InitiationSecret.`,
  });
