import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { ServiceError } from '../shared/errors';

/** One part of a `multipart/form-data` body, byte for byte. */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Bounds that a body must keep to; crossing one refuses it as a whole. */
export interface MultipartLimits {
  readonly maxParts: number;
  readonly maxPartBytes: number;
}

/** Header bytes and lines of one part; ours have two short lines. */
const headerLimits = { headerPairs: 20, headerSize: 4096 };

/**
 * The parts of a body in the order sent. Every part is read as a file, so that its bytes are what the sender signed.
 * Throws 400 `INVALID_MULTIPART` for a body that is cut, malformed or beyond a limit, never anything else.
 */
export const readMultipart = (contentType: string, body: Buffer, limits: MultipartLimits): Promise<Part[]> =>
  new Promise((resolve, reject) => {
    const parts: Part[] = [];
    const refuse = (problem: string, cause?: unknown): void => reject(invalid(problem, cause));
    let busboy: BusboyInstance;
    try {
      busboy = new Busboy({
        headers: { 'content-type': contentType },
        isPartAFile: () => true,
        limits: { ...headerLimits, files: limits.maxParts, parts: limits.maxParts, fileSize: limits.maxPartBytes },
      });
    } catch (error) {
      refuse('it names no boundary', error);
      return;
    }
    busboy.on('file', (name: string | undefined, stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => refuse(`a part is larger than ${limits.maxPartBytes} bytes`));
      stream.on('error', (error) => refuse('it ends in the middle of a part', error));
      stream.on('end', () => parts.push({ name: name ?? '', bytes: Buffer.concat(chunks) }));
    });
    busboy.on('partsLimit', () => refuse(`it has more than ${limits.maxParts} parts`));
    busboy.on('filesLimit', () => refuse(`it has more than ${limits.maxParts} parts`));
    busboy.on('error', (error) => refuse('it is cut or malformed', error));
    busboy.on('finish', () => resolve(parts));
    busboy.end(body);
  });

const invalid = (problem: string, cause: unknown): ServiceError =>
  new ServiceError({
    code: 'INVALID_MULTIPART',
    message: `The multipart body cannot be read: ${problem}. Send the parts metadata and voice_sample as multipart/form-data.`,
    cause,
  });
