import { createHmac, timingSafeEqual } from 'node:crypto';

/** Maximum time that a signature's timestamp may be in the future, in seconds. */
export const maxFutureS = 300;

/**
 * Maximum length of the header; a longer one is rejected without being parsed. A dozen `v0` values take a quarter of
 * this.
 */
const maxHeaderChars = 4096;

/**
 * The result of checking a signature, with its timestamp in unix seconds. Only an otherwise valid signature is
 * `expired`.
 */
export type SignatureVerdict =
  { ok: true; signedAtS: number } | { ok: false; reason: 'missing' | 'malformed' | 'mismatch' | 'expired' | 'future' };

/** The secrets and the maximum age for checking a signature. */
export interface SignatureTerms {
  /** Live secrets as issued, including the prefix. Any of them may have signed. An empty list rejects every request. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** Maximum age, in seconds. */
  readonly toleranceS: number;
}

/**
 * Checks `t=<unix s>,v0=<hex>[,v0=<hex>…]`, in any order and with spaces, against the bytes signed after `<t>.`. The
 * comparison takes constant time. The age is checked last, so that only a genuine sender learns that its signature is
 * too old. Never throws.
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
  if (!isAnyEqual(expected, claim.digests)) return { ok: false, reason: 'mismatch' };
  const signedAtS = Number(claim.timestamp);
  const ageS = Math.floor(nowMs / 1000) - signedAtS;
  if (ageS > toleranceS) return { ok: false, reason: 'expired' };
  return ageS < -maxFutureS ? { ok: false, reason: 'future' } : { ok: true, signedAtS };
};

/** Returns the header value that ElevenLabs would send for these bytes at this time, in unix seconds. */
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

/** Compares all pairs, so that the time does not show which one is equal. */
const isAnyEqual = (expected: readonly Buffer[], claimed: readonly Buffer[]): boolean => {
  let isEqual = false;
  for (const digestOfSecret of expected)
    for (const claimedDigest of claimed) if (timingSafeEqual(digestOfSecret, claimedDigest)) isEqual = true;
  return isEqual;
};
