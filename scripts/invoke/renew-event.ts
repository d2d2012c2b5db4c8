import * as z from 'zod';
import type { JsonObject } from '../../cli/read-input';
import { isProxyEvent } from '../../cli/sign-proxy-event';
import { WrongUse } from '../../cli/wrong-use';
import { isFlatCall } from '../../lambdas/calls/post-call-event';
import { signatureHeader } from '../../lambdas/platform/signature';
import type { SecretValues } from './secret-values';

const record = z.record(z.string(), z.unknown());

const proxyEvent = z.object({
  headers: record.nullable(),
  multiValueHeaders: record.nullish(),
  requestContext: record.optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
});

/**
 * An API Gateway event as if its sender had sent it now: the headers that prove the sender are made anew, with the
 * first live value of each secret, and the request's time is now. A header that is not there is not added, and events
 * of other kinds stay as they are. Throws WrongUse for a malformed event.
 */
export const renewEvent = (event: JsonObject, secrets: SecretValues, now: Date): JsonObject => {
  if (!isProxyEvent(event)) return event;
  const result = proxyEvent.safeParse(event);
  if (!result.success)
    throw new WrongUse(`The file is not a valid API Gateway event: ${z.prettifyError(result.error)}`);
  const { headers, multiValueHeaders, requestContext, body, isBase64Encoded } = result.data;
  const raw = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  const proofOf = proofs(raw, secrets, now);
  return {
    ...event,
    headers: headers && renewed(headers, proofOf, (proof) => proof),
    multiValueHeaders: multiValueHeaders && renewed(multiValueHeaders, proofOf, (proof) => [proof]),
    requestContext: { ...requestContext, requestTime: commonLogTime(now), requestTimeEpoch: now.getTime() },
  };
};

/** The proof that a header of this name carries; undefined where it carries none, or the secret has no value. */
type ProofOf = (header: string) => string | undefined;

const proofs = (raw: Buffer, secrets: SecretValues, now: Date): ProofOf => {
  const live = (id: string): string | undefined => secrets[id]?.split(',')[0]?.trim();
  const signed = (secret: string | undefined): string | undefined =>
    secret && signatureHeader([raw], secret, Math.floor(now.getTime() / 1000));
  const flatSecret = isFlat(raw) ? live('FlatPostCallSecret') : undefined;
  return (header) => {
    switch (header.toLowerCase()) {
      case 'elevenlabs-signature':
        return signed(flatSecret ?? live('ElevenLabsWebhookSecret'));
      case 'x-signature':
        return signed(live('ThreeCxWebhookSecret'));
      case 'x-precall-secret':
        return live('InitiationSecret');
      default:
        return undefined;
    }
  };
};

const isFlat = (raw: Buffer): boolean => {
  try {
    return isFlatCall(JSON.parse(raw.toString('utf8')));
  } catch {
    return false;
  }
};

const renewed = (headers: JsonObject, proofOf: ProofOf, write: (proof: string) => unknown): JsonObject =>
  Object.fromEntries(
    Object.entries(headers).map(([name, old]) => {
      const proof = proofOf(name);
      return [name, proof === undefined ? old : write(proof)];
    }),
  );

/** `12/Mar/2026:19:03:58 +0000`, as API Gateway writes `requestTime`. */
const commonLogTime = (time: Date): string =>
  time.toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1/$2/$3:$4 +0000');
