import { ServiceError } from './errors';
import { judgeSignature, maxFutureS, type SignatureVerdict } from './signature';

/** The live secrets of a sender. */
export interface LiveSecrets {
  values(): Promise<readonly string[]>;
  /** Reads the secrets again after a mismatch. May return what is known instead, so that strangers force few reads. */
  reread(): Promise<readonly string[] | undefined>;
}

/** Defines how the requests of one sender are verified. */
export interface SenderPolicy {
  readonly secrets: LiveSecrets;
  /** Maximum age of a signature, in seconds. */
  readonly toleranceS: number;
  /** The header that carries the signature. @default ElevenLabs-Signature */
  readonly headerName?: string;
}

/** A request as it arrived, before parsing. */
export interface ReceivedRequest {
  /** Returns the value of a header, or undefined if it is absent. The name is case-insensitive. */
  readonly header: (name: string) => string | undefined;
  /** The exact bytes that the sender sent. */
  readonly body: Buffer;
  /** When the request arrived, in unix milliseconds. */
  readonly receivedAtMs: number;
}

/** Verifies who sent a request, and returns what is known about the sender. Throws 400, 401 or 503 if it cannot. */
export type VerifySender<Sender> = (request: ReceivedRequest) => Promise<Sender>;

/** A signature header and the bytes that it must match. */
export interface SignedBytes {
  readonly header: string | undefined;
  readonly signed: readonly Uint8Array[];
  readonly nowMs: number;
}

/**
 * Verifies that a live secret signed these bytes, and returns the time of signing in unix seconds. Reads no secret if
 * the request has no readable signature. Rereads the secrets before rejecting a mismatch, so that a rotation drops no
 * request. Throws 401 `INVALID_SIGNATURE`, 400 `SIGNATURE_EXPIRED` if a valid signature is too old, and 503 if no
 * secret is configured.
 */
export const verifySender = async ({ header, signed, nowMs }: SignedBytes, policy: SenderPolicy): Promise<number> => {
  const judge = (secrets: readonly string[]): SignatureVerdict =>
    judgeSignature(header, signed, { secrets, nowMs, toleranceS: policy.toleranceS });
  const nowS = Math.floor(nowMs / 1000);
  const withoutSecrets = judge([]);
  if (!withoutSecrets.ok && isUnsigned(withoutSecrets.reason)) throw rejection(withoutSecrets.reason, nowS, policy);
  const verdict = judge(await policy.secrets.values());
  if (verdict.ok) return verdict.signedAtS;
  const fresh = verdict.reason === 'mismatch' ? await policy.secrets.reread() : undefined;
  const finalVerdict = fresh === undefined ? verdict : judge(fresh);
  if (!finalVerdict.ok) throw rejection(finalVerdict.reason, nowS, policy);
  return finalVerdict.signedAtS;
};

/** Returns the signature header of a request and the body that it signs. */
export const signedBody = (
  { header, body, receivedAtMs }: ReceivedRequest,
  headerName = defaultHeaderName,
): SignedBytes => ({ header: header(headerName), signed: [body], nowMs: receivedAtMs });

/**
 * Creates a verifier for requests whose header signs the whole body. It returns the time of signing in unix seconds.
 */
export const bodySignature =
  (policy: SenderPolicy): VerifySender<number> =>
  (request) =>
    verifySender(signedBody(request, policy.headerName), policy).catch(asContentTypeProblem(request));

const binaryType = /^(audio|video|image)\/|^application\/(octet-stream|ogg|zip|gzip|x-gzip)\b/i;

/**
 * Returns a rejection handler that explains a failed signature by the content type. API Gateway preserves binary bodies
 * only of `multipart/form-data`; other bytes change and no longer match the signature. Throws 400 `INVALID_PAYLOAD` in
 * that case, otherwise the original error.
 */
export const asContentTypeProblem =
  ({ header }: Pick<ReceivedRequest, 'header'>) =>
  (error: unknown): never => {
    const contentType = header('Content-Type') ?? '';
    if (!(error instanceof ServiceError && error.code === 'INVALID_SIGNATURE' && binaryType.test(contentType)))
      throw error;
    const message =
      `A body of the type ${/^[\w/.+-]{0,60}/.exec(contentType)?.[0] ?? ''} does not arrive unchanged, so that its ` +
      'signature cannot be verified. Send application/json with the sample as base64, multipart/form-data, or an ' +
      'upload.';
    throw new ServiceError({ code: 'INVALID_PAYLOAD', message, cause: error });
  };

const defaultHeaderName = 'ElevenLabs-Signature';

type Reason = Extract<SignatureVerdict, { ok: false }>['reason'];

const isUnsigned = (reason: Reason): boolean => reason === 'missing' || reason === 'malformed';

const rejection = (reason: Reason, nowS: number, policy: SenderPolicy): ServiceError =>
  new ServiceError({
    code: reason === 'expired' ? 'SIGNATURE_EXPIRED' : 'INVALID_SIGNATURE',
    message: advice(reason, nowS, policy),
    ...(isUnsigned(reason) && { harmless: 'unsigned' }),
  });

const advice = (reason: Reason, nowS: number, { toleranceS, headerName = defaultHeaderName }: SenderPolicy): string => {
  switch (reason) {
    case 'missing':
      return `The request has no signature. Send the header ${headerName}: t=<unix seconds>,v0=<hex HMAC-SHA256>.`;
    case 'malformed':
      return (
        'The signature cannot be read. ' +
        'It must be t=<unix seconds>,v0=<64 hex digits>, with one t and at least one v0.'
      );
    case 'mismatch':
      return (
        'The signature does not match the body. ' +
        'Sign <t>.<raw body> with the secret exactly as issued, and do not change the body.'
      );
    case 'expired':
      return `The signature is valid but older than ${toleranceS} s. Sign the request again and resend it.`;
    case 'future':
      return (
        `The signature is more than ${maxFutureS} s in the future. ` +
        `The time here is ${nowS} (unix seconds). Correct the clock of the sender.`
      );
  }
};
