import * as z from 'zod';
import { jsonOf } from './answer-json';
import { type Answer, exchange } from './exchange';
import { formBody } from './form';
import { uploadProgress } from './progress';
import type { Recording } from './recording';
import { jsonRequest } from './signed-request';
import type { Surroundings } from './surroundings';

/** Where and how to request an upload. */
export interface UploadTerms {
  readonly url: URL;
  readonly conversationId: string;
  /** The consent of the event, which storing a sample may need. */
  readonly consent?: unknown;
  readonly secret: string;
  readonly timeoutS: number;
  /** Whether to stop after the first request, which is signed wrongly on purpose. */
  readonly isInvalid: boolean;
}

/** A finished upload that a pre-call can reference, or the response that stopped it. */
export type UploadOutcome = { uploaded: true; uploadId: string } | { uploaded: false; answer: Answer };

const grant = z.object({ upload_id: z.string(), url: z.url(), fields: z.record(z.string(), z.string()) });

/** Requests an upload form for a sample, and uploads it. Throws Unreachable if no response arrives. */
export const upload = async (
  recording: Recording,
  terms: UploadTerms,
  surroundings: Surroundings,
): Promise<UploadOutcome> => {
  const answer = await requestUpload(recording, terms);
  const granted = answer.status === 200 && !terms.isInvalid ? grant.safeParse(jsonOf(answer)).data : undefined;
  if (granted === undefined) return { uploaded: false, answer };
  const fields = Object.entries(granted.fields).map(([name, value]) => ({ name, value }));
  const { fileName, bytes, contentType } = recording;
  const form = formBody([...fields, { name: 'file', value: bytes, fileName, contentType }]);
  const stored = await exchange({
    method: 'POST',
    url: new URL(granted.url),
    headers: { 'Content-Type': form.contentType },
    body: form.bytes,
    timeoutS: terms.timeoutS,
    onSent: uploadProgress(fileName, form.bytes.length, surroundings),
  });
  const isStored = stored.status >= 200 && stored.status < 300;
  return isStored ? { uploaded: true, uploadId: granted.upload_id } : { uploaded: false, answer: stored };
};

const requestUpload = (recording: Recording, terms: UploadTerms): Promise<Answer> => {
  const event = {
    type: 'upload_request',
    conversation_id: terms.conversationId,
    sha256: recording.sha256,
    content_type: recording.contentType,
    size_bytes: recording.bytes.length,
    ...(terms.consent !== undefined && { consent: terms.consent }),
  };
  const signing = { secret: terms.secret, timestampS: Math.floor(Date.now() / 1000) };
  const { headers, body } = jsonRequest(event, signing);
  return exchange({ method: 'POST', url: terms.url, headers, body, timeoutS: terms.timeoutS });
};
