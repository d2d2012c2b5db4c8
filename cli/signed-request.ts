import { signatureHeader } from '../lambdas/platform/signature';
import { type Body, formBody } from './form';
import { withSamples } from './pre-call-event';
import type { JsonObject } from './read-input';
import type { Recording } from './recording';

/** A body and the headers to send with it. */
export interface SignedRequest {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request is signed with. The time is in unix seconds. */
export interface Signing {
  readonly secret: string;
  readonly timestampS: number;
}

/** Creates a JSON request, signed in the header. */
export const jsonRequest = (event: JsonObject, signing: Signing): SignedRequest =>
  inHeader({ bytes: Buffer.from(JSON.stringify(event)), contentType: 'application/json' }, signing);

/** Creates a form of `metadata` and one `voice_sample` per recording, signed in the header. */
export const formRequest = (event: JsonObject, recordings: readonly Recording[], signing: Signing): SignedRequest =>
  inHeader(formBody([metadataPart(event), ...recordings.map(samplePart)]), signing);

/**
 * Creates the same form without a signature header. Its field `elevenlabs_signature` signs the metadata's bytes and the
 * samples' SHA-256 (hex), in order, joined by dots.
 */
export const signedFormRequest = (
  event: JsonObject,
  recordings: readonly Recording[],
  { secret, timestampS }: Signing,
): SignedRequest => {
  const metadata = metadataPart(event);
  const signed = Buffer.from(`${metadata.value}.${recordings.map(({ sha256 }) => sha256).join('.')}`);
  const signature = { name: 'elevenlabs_signature', value: signatureHeader([signed], secret, timestampS) };
  const { bytes, contentType } = formBody([metadata, signature, ...recordings.map(samplePart)]);
  return { body: bytes, headers: { 'Content-Type': contentType } };
};

const inHeader = ({ bytes, contentType }: Body, { secret, timestampS }: Signing): SignedRequest => ({
  body: bytes,
  headers: { 'Content-Type': contentType, 'ElevenLabs-Signature': signatureHeader([bytes], secret, timestampS) },
});

const metadataPart = (event: JsonObject) => ({
  name: 'metadata',
  value: JSON.stringify(withSamples(event, [])),
  contentType: 'application/json',
});

const samplePart = ({ fileName, bytes, contentType }: Recording) => ({
  name: 'voice_sample',
  value: bytes,
  fileName,
  contentType,
});
