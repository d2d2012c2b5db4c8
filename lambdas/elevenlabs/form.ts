import { randomUUID } from 'node:crypto';

/** A part of a multipart form: a text, or a file. File names are ASCII without quotes. */
export type FormPart =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly fileName: string; readonly type: string; readonly bytes: Uint8Array };

/** A form as it is sent. */
export interface EncodedForm {
  readonly contentType: string;
  /** The content of files is not copied. */
  readonly body: readonly Uint8Array[];
}

/** Encodes a multipart form (RFC 7578). */
export const encodeForm = (parts: readonly FormPart[]): EncodedForm => {
  const boundary = `precall-${randomUUID()}`;
  const body = parts.flatMap((part) => {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${part.name}"`;
    return 'text' in part
      ? [Buffer.from(`${disposition}\r\n\r\n${part.text}\r\n`)]
      : [
          Buffer.from(`${disposition}; filename="${part.fileName}"\r\nContent-Type: ${part.type}\r\n\r\n`),
          part.bytes,
          Buffer.from('\r\n'),
        ];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: [...body, Buffer.from(`--${boundary}--\r\n`)],
  };
};
