import { Dicer } from '@fastify/busboy';
import * as z from 'zod';
import { ServiceError } from './errors';

/** One part of a `multipart/form-data` body, byte for byte. */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Limits of a body. A body over one of them is rejected as a whole. */
export interface MultipartLimits {
  readonly maxParts: number;
  readonly maxPartBytes: number;
}

/** Maximum number of header lines of a part. A usual part has two. */
const maxHeaderPairs = 20;

/**
 * The parts of a body in the order sent, with the exact bytes that the sender signed. Nothing is skipped: a part
 * without a plain `form-data` name, or anything after the closing boundary, makes the whole body invalid. Throws 400
 * `INVALID_MULTIPART`, and nothing else.
 */
export const readMultipart = async (contentType: string, body: Buffer, limits: MultipartLimits): Promise<Part[]> => {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw invalid('the Content-Type has no boundary');
  const closing = Buffer.from(`--${boundary}--`, 'latin1');
  const end = body.indexOf(closing);
  if (
    end === -1 ||
    body
      .subarray(end + closing.length)
      .toString('latin1')
      .trim() !== ''
  )
    throw invalid('it is truncated, malformed, or continues after its closing boundary');
  return split(boundary, body.subarray(0, end + closing.length), limits);
};

const boundaryOf = (contentType: string): string | undefined => {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? plain;
};

const split = (boundary: string, body: Buffer, { maxParts, maxPartBytes }: MultipartLimits): Promise<Part[]> =>
  new Promise((resolve, reject) => {
    const parts: Promise<Part>[] = [];
    const refuse = (error: unknown): void => reject(asInvalid(error));
    const dicer = new Dicer({ boundary, maxHeaderPairs });
    dicer.on('part', (stream) => {
      const part = readPart(stream, maxPartBytes);
      parts.push(part);
      part.catch(refuse);
      if (parts.length > maxParts) refuse(invalid(`it has more than ${maxParts} parts`));
    });
    dicer.on('error', refuse);
    dicer.on('finish', () => void Promise.all(parts).then(resolve, refuse));
    dicer.end(body);
  });

const readPart = (stream: Dicer.PartStream, maxBytes: number): Promise<Part> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let name: string | undefined;
    stream.on('header', (header: unknown) => (name = partName(header)));
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) reject(invalid(`a part is larger than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    stream.on('error', reject);
    stream.on('end', () =>
      name === undefined ? reject(invalid(nameless)) : resolve({ name, bytes: Buffer.concat(chunks) }),
    );
  });

const nameless = 'a part has no plain Content-Disposition: form-data; name="…"';
const dispositionHeader = z.looseObject({ 'content-disposition': z.tuple([z.string().regex(/^form-data\s*;/i)]) });

/** The name of a part that has exactly one, in its plain form. With two names it would be unclear what was signed. */
const partName = (header: unknown): string | undefined => {
  const disposition = dispositionHeader.safeParse(header).data?.['content-disposition'][0] ?? '';
  const [first, ...others] = disposition.match(/;\s*name\*?\s*=/gi) ?? [];
  if (first === undefined || others.length > 0) return undefined;
  const [, quoted, plain] = /;\s*name\s*=\s*(?:"([^"\r\n]*)"|([^\s;"]+))/i.exec(disposition) ?? [];
  return quoted ?? plain;
};

const asInvalid = (error: unknown): ServiceError =>
  error instanceof ServiceError ? error : invalid('it is truncated or malformed', error);

const invalid = (problem: string, cause?: unknown): ServiceError =>
  new ServiceError({
    code: 'INVALID_MULTIPART',
    message:
      `The multipart body cannot be read: ${problem}. ` +
      'Send the parts metadata and voice_sample as multipart/form-data.',
    cause,
  });
