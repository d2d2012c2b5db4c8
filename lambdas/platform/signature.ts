import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far in the future the timestamp of a signature may be, in seconds. */
export const maxFutureS = 300;

/** A longer header is rejected unread. A header with a dozen `v0` is a quarter of this. */
const maxHeaderChars = 4096;

/**
 * The outcome, with the time of signing in unix seconds. `expired` is only said of a signature that is valid
 * otherwise.
 */
export type SignatureVerdict =
  { ok: true; signedAtS: number } | { ok: false; reason: 'missing' | 'malformed' | 'mismatch' | 'expired' | 'future' };

/** What a signature is judged with. */
export interface SignatureTerms {
  /** Live secrets as issued, prefix included. Any of them may have signed. An empty list rejects every request. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** Maximum age, in seconds. */
  readonly toleranceS: number;
}

/**
 * Compares `t=<unix s>,v0=<hex>[,v0=<hex>…]`, in any order and with spaces, with the exact bytes that were signed after
 * `<t>.`. The comparison takes the same time whichever byte differs. The age is checked after the digest, so that only
 * a real sender learns that it is late. Never throws.
 */
export const judgeSignature = (
  header: string | undefined,
  signed: readonly Uint8Array[],
  { secrets, nowMs, toleranceS }: SignatureTerms,
): SignatureVerdict => {
  if (header === undefined || header.trim() === '') return { ok: false, reason: 'missing' };
  const claim = readHeader(header);
  if (claim === undefined) return { ok: false, reason: 'malformed' };
  const expected = secrets.filter((secret) => secret !== '').map((secret) => digest(secret, claim.timestamp, signed));
  if (!anyEqual(expected, claim.digests)) return { ok: false, reason: 'mismatch' };
  const signedAtS = Number(claim.timestamp);
  const ageS = Math.floor(nowMs / 1000) - signedAtS;
  if (ageS > toleranceS) return { ok: false, reason: 'expired' };
  return ageS < -maxFutureS ? { ok: false, reason: 'future' } : { ok: true, signedAtS };
};

/** The header value that ElevenLabs would send for these bytes at this time, in unix seconds. */
export const signatureHeader = (signed: readonly Uint8Array[], secret: string, timestampS: number): string =>
  `t=${timestampS},v0=${digest(secret, String(timestampS), signed).toString('hex')}`;

const readHeader = (header: string): { timestamp: string; digests: Buffer[] } | undefined => {
  if (header.length > maxHeaderChars) return undefined;
  const parts = header.split(',').map((part) => part.trim());
  const timestamps = parts.filter((part) => part.startsWith('t=')).map((part) => part.slice(2));
  const digests = parts
    .filter((part) => /^v0=[0-9a-fA-F]{64}$/.test(part))
    .map((part) => Buffer.from(part.slice(3), 'hex'));
  const [timestamp, ...others] = timestamps;
  if (timestamp === undefined || others.length > 0 || digests.length === 0) return undefined;
  return /^\d{1,15}$/.test(timestamp) ? { timestamp, digests } : undefined;
};

const digest = (secret: string, timestamp: string, signed: readonly Uint8Array[]): Buffer => {
  const hmac = createHmac('sha256', secret).update(`${timestamp}.`);
  signed.forEach((bytes) => hmac.update(bytes));
  return hmac.digest();
};

const anyEqual = (expected: readonly Buffer[], claimed: readonly Buffer[]): boolean =>
  expected.map((right) => claimed.map((given) => timingSafeEqual(right, given)).includes(true)).includes(true);
