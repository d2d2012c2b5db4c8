import { ServiceError } from './errors';
import { judgeSignature, type SignatureVerdict } from './signature';

/** The live secrets of a sender, and a second look at them. */
export interface LiveSecrets {
  values(): Promise<readonly string[]>;
  /** Undefined when they were read again only just now. */
  reread(): Promise<readonly string[] | undefined>;
}

/** What a signed request is judged by. */
export interface SignedRequest {
  readonly header: string | undefined;
  readonly signed: readonly Uint8Array[];
  readonly toleranceS: number;
  /** The header that carries the signature. @default ElevenLabs-Signature */
  readonly headerName?: string;
}

/**
 * Lets a request pass when its signature holds for a live secret; before a mismatch is refused, the secrets are read
 * again, so that a rotation drops no call. The moment of signing, in unix seconds. Throws 401 `INVALID_SIGNATURE`, 400 `SIGNATURE_EXPIRED` for a right one that
 * is too old, 503 when no secret is configured.
 */
export const authenticate = async (request: SignedRequest, secrets: LiveSecrets, nowMs: number): Promise<number> => {
  const judge = (values: readonly string[]): SignatureVerdict =>
    judgeSignature(request.header, request.signed, { secrets: values, nowMs, toleranceS: request.toleranceS });
  const verdict = judge(await secrets.values());
  if (verdict.ok) return verdict.signedAtS;
  const fresh = verdict.reason === 'mismatch' ? await secrets.reread() : undefined;
  const final = fresh === undefined ? verdict : judge(fresh);
  if (!final.ok) throw refusal(final.reason, request);
  return final.signedAtS;
};

type Reason = Extract<SignatureVerdict, { ok: false }>['reason'];

const advice: Record<Exclude<Reason, 'expired' | 'missing'>, string> = {
  malformed:
    'The signature cannot be read. It must be t=<unix seconds>,v0=<64 hex digits>, with one t and any number of v0.',
  mismatch:
    'The signature does not fit the body. Sign <t>.<raw body> with the secret exactly as issued, and do not change the body.',
  future: 'The signature is more than 300 s in the future. Set the clock of the sender.',
};

const refusal = (reason: Reason, { toleranceS, headerName = 'ElevenLabs-Signature' }: SignedRequest): ServiceError => {
  const message = `The signature is right but older than ${toleranceS} s. Sign the request afresh.`;
  if (reason === 'expired') return new ServiceError({ code: 'SIGNATURE_EXPIRED', message });
  const missing = `The request has no signature. Send the header ${headerName}: t=<unix seconds>,v0=<hex HMAC-SHA256>.`;
  return new ServiceError({ code: 'INVALID_SIGNATURE', message: reason === 'missing' ? missing : advice[reason] });
};
