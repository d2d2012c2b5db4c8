import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { invalidField } from './errors';

/** A text field of a form. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** A file part of a form. */
export interface FormFile {
  readonly name: string;
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** The parts of a `multipart/form-data` body, each kind in the order sent. */
export interface Form {
  readonly fields: readonly FormField[];
  readonly files: readonly FormFile[];
}

const limits = { parts: 100, fieldSize: 64 * 1024 };

const openParser = (contentType: string): BusboyInstance => {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits });
  } catch {
    throw invalidField(['body'], 'Input should be multipart/form-data with a boundary');
  }
};

/** Splits a form. Rejects with InvalidRequest for a body that is no form, cut, or has over 100 parts or 64 KiB of text. */
export const readForm = (contentType: string, body: Buffer): Promise<Form> =>
  new Promise((resolve, reject) => {
    const fields: FormField[] = [];
    const files: FormFile[] = [];
    const refuse = (msg: string): void => reject(invalidField(['body'], msg));
    const parser = openParser(contentType);
    parser.on('field', (name: string | undefined, value, _nameTruncated, isTruncated) => {
      if (isTruncated) refuse(`The field ${String(name)} has more than ${limits.fieldSize} bytes`);
      fields.push({ name: name ?? '', value });
    });
    parser.on('file', (name: string | undefined, stream, fileName: string | undefined, _encoding, mimeType) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => refuse('The form ends in the middle of a file'));
      stream.on('end', () => {
        files.push({ name: name ?? '', fileName: fileName ?? '', mimeType, bytes: Buffer.concat(chunks) });
      });
    });
    parser.on('partsLimit', () => refuse(`The form has more than ${limits.parts} parts`));
    parser.on('error', () => refuse('The form is cut or malformed'));
    parser.on('finish', () => resolve({ fields, files }));
    parser.end(body);
  });
