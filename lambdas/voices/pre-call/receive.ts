import {
  asContentTypeProblem,
  type ReceivedRequest,
  type SenderPolicy,
  signedBody,
  verifySender,
} from '../../platform/verify-sender';
import { type PreCallRequest, readFormRequest, readJsonRequest } from './read-request';
import { splitForm } from './signed-form';

/** A pre-call whose sender is verified. */
export interface Delivery {
  /** Unix seconds. */
  readonly signedAtS: number;
  /** Parses the request. Throws 400 that names the fields at fault. */
  readonly read: () => Promise<PreCallRequest>;
}

const multipart = /^multipart\/form-data\s*(;|$)/i;

/**
 * Verifies the signature of a pre-call. The header `ElevenLabs-Signature` decides alone when it is present. A multipart
 * body without it is split to find the signature in a field, which covers the metadata and every sample. Nothing else
 * is parsed before the signature is verified. Throws 400, 401, 503.
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
