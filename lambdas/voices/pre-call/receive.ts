import { authenticate, type LiveSecrets } from '../../platform/authenticate';
import type { Log } from '../../platform/log';
import { type PreCallRequest, readFormRequest, readJsonRequest } from './read-request';
import { splitForm } from './signed-form';

/** A pre-call as it came in over HTTP. */
export interface Delivery {
  readonly contentType: string;
  /** The header ElevenLabs-Signature; one that is there decides alone. */
  readonly signature: string | undefined;
  readonly body: Buffer;
  readonly receivedAtMs: number;
}

/** What a delivery is judged by. */
export interface Gate {
  readonly webhookSecrets: LiveSecrets;
  readonly toleranceS: number;
  readonly maxSampleBytes: number;
  readonly log: Log;
}

/** A delivery that was let in. */
export interface Received {
  readonly request: PreCallRequest;
  /** Unix seconds. */
  readonly signedAtS: number;
}

const multipart = /^multipart\/form-data\s*(;|$)/i;

/**
 * Lets a delivery in by its signature, then reads it. Nothing is parsed before that, except that a multipart body without
 * the header has to be split to find its signature, which then covers the metadata and every sample. Throws 400, 401, 503.
 */
export const receive = async (delivery: Delivery, gate: Gate): Promise<Received> => {
  const { contentType, signature, body } = delivery;
  const isForm = multipart.test(contentType);
  if (isForm && signature === undefined) {
    const form = await splitForm(contentType, body, gate.maxSampleBytes);
    const signedAtS = await letIn(form.signature, form.signed, delivery, gate);
    return { request: readFormRequest(form), signedAtS };
  }
  const signedAtS = await letIn(signature, [body], delivery, gate);
  const request = isForm
    ? readFormRequest(await splitForm(contentType, body, gate.maxSampleBytes))
    : readJsonRequest(body);
  return { request, signedAtS };
};

const letIn = async (
  header: string | undefined,
  signed: readonly Uint8Array[],
  { receivedAtMs }: Delivery,
  { webhookSecrets, toleranceS, log }: Gate,
): Promise<number> => {
  const signedAtS = await authenticate({ header, signed, toleranceS }, webhookSecrets, receivedAtMs);
  log.info('signature_validated');
  return signedAtS;
};
