import { randomUUID } from 'node:crypto';

/** A field or a file of a form. */
export interface FormPart {
  readonly name: string;
  readonly value: string | Buffer;
  /** The name of the file; without it, the part is a field. */
  readonly fileName?: string;
  readonly contentType?: string;
}

/** A body and its content type. */
export interface Body {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** Encodes the parts as `multipart/form-data`, in their order, byte for byte. */
export const formBody = (parts: readonly FormPart[]): Body => {
  const boundary = `precall-${randomUUID()}`;
  const chunks = parts.flatMap((part) => [`--${boundary}\r\n${headOf(part)}\r\n`, part.value, '\r\n']);
  const bytes = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)));
  return { bytes, contentType: `multipart/form-data; boundary=${boundary}` };
};

const headOf = ({ name, fileName, contentType }: FormPart): string => {
  const file = fileName === undefined ? '' : `; filename="${escaped(fileName)}"`;
  const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`;
  return `Content-Disposition: form-data; name="${escaped(name)}"${file}\r\n${type}`;
};

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
const escaped = (text: string): string => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
