import {
  asContentTypeProblem,
  type ReceivedRequest,
  type SenderPolicy,
  signedBody,
  verifySender,
} from '../../platform/verify-sender';
import { type PreCallRequest, readFormRequest, readJsonRequest } from './read-request';
import { splitForm } from './signed-form';

/** A pre-call with a verified sender. */
export interface Delivery {
  /** Unix seconds. */
  readonly signedAtS: number;
  /** Parses the request. Throws 400 that names the invalid fields. */
  readonly read: () => Promise<PreCallRequest>;
}

const multipart = /^multipart\/form-data\s*(;|$)/i;

/**
 * Verifies the signature of a pre-call. If the header `ElevenLabs-Signature` is present, only it counts. Otherwise
 * splits a multipart body to find the signature in a field, which covers the metadata and every sample. Parses nothing
 * else before that. Throws 400 for a malformed body or an old signature, 401 for a wrong one, 503 without a secret.
 */
export const verifyDelivery = async (
  request: ReceivedRequest,
  policy: SenderPolicy,
  maxSampleBytes: number,
): Promise<Delivery> => {
  const { header, body, receivedAtMs: nowMs } = request;
  const contentType = header('Content-Type') ?? '';
  const isForm = multipart.test(contentType);
  const inHeader = signedBody(request);
  if (isForm && inHeader.header === undefined) {
    const form = await splitForm(contentType, body, maxSampleBytes);
    const signedAtS = await verifySender({ header: form.signature, signed: form.signed, nowMs }, policy);
    return { signedAtS, read: () => Promise.resolve(readFormRequest(form)) };
  }
  const signedAtS = await verifySender(inHeader, policy).catch(asContentTypeProblem(request));
  const read = async (): Promise<PreCallRequest> =>
    isForm ? readFormRequest(await splitForm(contentType, body, maxSampleBytes)) : readJsonRequest(body);
  return { signedAtS, read };
};
