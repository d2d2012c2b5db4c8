import { createHash } from 'node:crypto';
import { ServiceError } from '../../platform/errors';
import { type Part, readMultipart } from '../../platform/multipart';
import { maxSamples } from '../../samples/named-samples';

/** Maximum size of the `metadata` part, in bytes. A name and a few ids need a hundredth of it. */
const maxMetadataBytes = 65_536;

/** A multipart request, split but not yet read. */
export interface SignedForm {
  readonly metadata: Buffer;
  readonly samples: readonly Buffer[];
  /** The field `elevenlabs_signature`, for senders that cannot set a header. */
  readonly signature: string | undefined;
  /** What that field signs after `<t>.`: the metadata as sent, and the SHA-256 of each sample, in order. */
  readonly signed: readonly Uint8Array[];
}

/**
 * Splits a multipart body of limited size. Does not read the content, because its signature may be among the parts.
 * Throws 400 `INVALID_MULTIPART` for a malformed body, `INVALID_PAYLOAD` for unknown, missing or duplicate parts.
 */
export const splitForm = async (contentType: string, body: Buffer, maxSampleBytes: number): Promise<SignedForm> => {
  const bounds = { maxParts: maxSamples + 2, maxPartBytes: maxSampleBytes + maxMetadataBytes };
  const parts = await readMultipart(contentType, body, bounds);
  const named = (name: string): Part[] => parts.filter((part) => part.name === name);
  const metadata = exactlyOne(named('metadata'), 'metadata');
  const samples = named('voice_sample').map(({ bytes }) => bytes);
  const signatures = named('elevenlabs_signature');
  if (samples.length === 0) throw invalid('the part voice_sample is missing');
  if (samples.length > maxSamples)
    throw invalid(`voice_sample occurs ${samples.length} times; at most ${maxSamples} are allowed`);
  if (1 + samples.length + signatures.length < parts.length)
    throw invalid('a part is none of metadata, voice_sample and elevenlabs_signature');
  if (metadata.length > maxMetadataBytes)
    throw invalid(`metadata is ${metadata.length} bytes; the maximum is ${maxMetadataBytes} bytes`);
  const signature =
    signatures.length === 0 ? undefined : exactlyOne(signatures, 'elevenlabs_signature').toString('latin1');
  return { metadata, samples, signature, signed: [metadata, Buffer.from(`.${samples.map(sha256).join('.')}`)] };
};

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const exactlyOne = ([part, ...others]: readonly Part[], name: string): Buffer => {
  if (part === undefined) throw invalid(`the part ${name} is missing`);
  if (others.length > 0) throw invalid(`the part ${name} occurs ${others.length + 1} times; exactly one is expected`);
  return part.bytes;
};

const invalid = (problem: string): ServiceError =>
  new ServiceError({ code: 'INVALID_PAYLOAD', message: `The pre-call event is not valid: ${problem}.` });
