import type { UploadForm, UploadForms } from '../aws/upload-forms';
import { type ConsentTerms, isRefused, judgeConsent } from '../callers/consent';
import { consentMissing } from '../callers/require-consent';
import { ServiceError } from '../platform/errors';
import { parseJson } from '../platform/json';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import { problemsOf } from '../platform/problems';
import { uploadId, type UploadRequest, uploadRequest } from './upload';
import { sampleSizeError } from './voice-sample';

/** How long a form can be used, in seconds. On a slow line, 10 MB take a few minutes. */
const formValidS = 900;

/** Dependencies for offering an upload. */
export interface OfferDeps {
  readonly forms: UploadForms;
  readonly maxBytes: number;
  readonly consentTerms: ConsentTerms;
  readonly log: Log;
  readonly meter: Meter;
}

/** The response to `POST /uploads`. */
export interface UploadOffer extends UploadForm {
  readonly upload_id: string;
  /** Seconds. */
  readonly expires_in: number;
}

/**
 * Creates an upload form for the sample that the body announces. Throws 400 for invalid fields, 403 without the
 * required consent, 413 for a large sample, and AwsUnavailable if AWS fails.
 */
export const offerUpload = async (body: Buffer, deps: OfferDeps): Promise<UploadOffer> => {
  const { forms, maxBytes, log } = deps;
  const { data: request, error } = uploadRequest.safeParse(parseJson(body, 'body'));
  if (error !== undefined) {
    const message = `The upload request is not valid: ${problemsOf(error)}.`;
    throw new ServiceError({ code: 'INVALID_PAYLOAD', message });
  }
  const { conversation_id: conversationId, sha256, size_bytes } = request;
  log.identify({ conversation_id: conversationId });
  checkConsent(request, deps);
  const sizeError = sampleSizeError(size_bytes, maxBytes);
  if (sizeError !== undefined) throw sizeError;
  const { url, fields } = await forms.make(request, formValidS);
  log.info('upload_offered', { size_bytes });
  return { upload_id: uploadId({ conversationId, sha256 }), url, fields, expires_in: formValidS };
};

/** Checks the reported consent. The caller is not known yet, and no sample may be stored without consent. */
const checkConsent = (
  { consent, conversation_id: conversationId }: UploadRequest,
  { consentTerms, log, meter }: OfferDeps,
): void => {
  const verdict = judgeConsent(undefined, consent ?? undefined, 0, consentTerms);
  if (!isRefused(verdict, consentTerms)) return;
  log.warn('consent_refused', { reason: verdict });
  meter.countBy('ConsentRefusals', 'Reason', verdict);
  throw consentMissing(verdict, consentTerms, conversationId);
};
