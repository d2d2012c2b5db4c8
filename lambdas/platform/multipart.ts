import { Dicer } from '@fastify/busboy';
import * as z from 'zod';
import { ServiceError } from './errors';

/** One part of a `multipart/form-data` body, byte for byte. */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Limits of a body. A body that exceeds one of them is rejected as a whole. */
export interface MultipartLimits {
  readonly maxParts: number;
  readonly maxPartBytes: number;
}

/** Maximum number of header lines of a part. Most parts have two. */
const maxHeaderPairs = 20;

/**
 * Parses a body into its parts, in the order sent, with the exact bytes that the sender signed. Rejects the whole body
 * if a part has no plain `form-data` name, has its own encoding, or follows the closing boundary. Ignores other text
 * after that boundary. Throws only 400 `INVALID_MULTIPART`.
 */
export const readMultipart = async (contentType: string, body: Buffer, limits: MultipartLimits): Promise<Part[]> => {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw invalid('the Content-Type has no boundary');
  const end = endOf(boundary, body);
  if (end === undefined) throw invalid('it is truncated, malformed, or continues with another part after its end');
  return split(boundary, body.subarray(0, end), limits);
};

/** Returns where the closing boundary ends. Whatever follows is not part of the form and must not look like a part. */
const endOf = (boundary: string, body: Buffer): number | undefined => {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const closing = Buffer.from(`\r\n--${boundary}--`, 'latin1');
  const start = body.indexOf(closing);
  const end = start + closing.length;
  return start === -1 || body.includes(delimiter, end) ? undefined : end;
};

const boundaryParameter = /;\s*boundary=(?:"(?<quoted>[^"]{1,70})"|(?<plain>[^\s;"]{1,70}))/i;

const boundaryOf = (contentType: string): string | undefined => {
  const { quoted, plain } = boundaryParameter.exec(contentType)?.groups ?? {};
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
    dicer.on('finish', () => {
      Promise.all(parts).then(resolve, refuse);
    });
    dicer.end(body);
  });

const readPart = (stream: Dicer.PartStream, maxBytes: number): Promise<Part> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let name: string | undefined;
    stream.on('header', (header: unknown) => {
      name = partName(header);
      const encoding = foreignEncoding(header);
      if (encoding !== undefined)
        reject(invalid(`a part has the Content-Transfer-Encoding ${encoding}; send plain bytes`));
    });
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

/**
 * Matches a header parameter: a name with a plain value, or with a quoted value in which a backslash may escape a
 * quote.
 */
const parameter = /;\s*(?<key>[^\s=;"]+)\s*=\s*(?:"(?<quoted>(?:[^"\\\r\n]|\\.)*)"|(?<plain>[^\s;"]*))/g;

/**
 * Returns the name of a part if it has exactly one, in plain form. With two names it would be unclear what was signed.
 */
const partName = (header: unknown): string | undefined => {
  const disposition = dispositionHeader.safeParse(header).data?.['content-disposition'][0] ?? '';
  const names = [...disposition.matchAll(parameter)]
    .map(({ groups }) => groups ?? {})
    .filter(({ key = '' }) => /^name\*?$/i.test(key));
  const [name] = names;
  if (name === undefined || names.length > 1 || name['key']?.endsWith('*')) return undefined;
  return name['quoted'] ?? name['plain'];
};

const encodingHeader = z.looseObject({ 'content-transfer-encoding': z.array(z.string()) });
const plainEncodings = ['binary', '8bit', '7bit'];

/**
 * Returns the transfer encoding of a part unless it keeps the bytes as they are. Browsers and HTTP never set another
 * one.
 */
const foreignEncoding = (header: unknown): string | undefined =>
  encodingHeader
    .safeParse(header)
    .data?.['content-transfer-encoding'].map((encoding) => encoding.trim().slice(0, 20))
    .find((encoding) => !plainEncodings.includes(encoding.toLowerCase()));

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
