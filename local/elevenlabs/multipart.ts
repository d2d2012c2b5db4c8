import { invalidField } from './answers';

/** One part of a form, exactly as in the body. `fileName` and `mimeType` are null if the part has none. */
export interface FormPart {
  readonly name: string;
  readonly fileName: string | null;
  readonly mimeType: string | null;
  readonly bytes: Buffer;
}

// Rejects backslashes, because readers disagree on whether they escape, and `filename*`, which RFC 7578 section 4.2
// forbids.
const disposition = /^form-data; name="([^"\\]*)"(?:; filename="([^"\\]*)")?$/;
const partHeaders = ['content-disposition', 'content-type'];

const boundaryOf = (contentType: string): string => {
  const match = /^multipart\/form-data\s*;\s*boundary=(?:"([^"]{1,70})"|([\w'()+,./:=?-]{1,70}))$/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary !== undefined) return boundary;
  throw invalidField(['body'], `The content type '${contentType}' is not multipart/form-data with a boundary`);
};

const headerOf = (line: string): [string, string] => {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name !== undefined && value !== undefined) return [name.toLowerCase(), value];
  throw invalidField(['body'], `The part header "${line}" is not "name: value"`);
};

const readPart = (part: Buffer): FormPart => {
  const headersEnd = part.indexOf('\r\n\r\n');
  if (headersEnd < 0) throw invalidField(['body'], 'A part has no empty line between its headers and its content');
  const headers = part.subarray(0, headersEnd).toString('utf8').split('\r\n').map(headerOf);
  const names = headers.map(([name]) => name);
  const refused = names.filter((name, index) => !partHeaders.includes(name) || names.indexOf(name) !== index);
  if (refused.length > 0) throw invalidField(['body'], `The part header ${refused.join(', ')} is unknown or repeated`);
  const byName = new Map(headers);
  const given = byName.get('content-disposition') ?? '';
  const [, name, fileName] = disposition.exec(given) ?? [];
  if (name === undefined)
    throw invalidField(['body'], `The Content-Disposition "${given}" is not that of a form field`);
  return {
    name,
    fileName: fileName ?? null,
    mimeType: byName.get('content-type') ?? null,
    bytes: part.subarray(headersEnd + 4),
  };
};

/**
 * Splits a `multipart/form-data` body (RFC 2046 section 5.1, RFC 7578) into its parts, in order and byte for byte.
 * Throws InvalidRequest for anything ambiguous: a preamble or epilogue, a line that begins with the delimiter but
 * continues, headers other than Content-Disposition and Content-Type, or a truncated body.
 */
export const readMultipart = (contentType: string, body: Buffer): FormPart[] => {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const opening = delimiter.subarray(2);
  if (!body.subarray(0, opening.length).equals(opening))
    throw invalidField(['body'], 'The form does not begin with its boundary');
  const parts: FormPart[] = [];
  let at = opening.length;
  while (body.subarray(at, at + 2).toString('latin1') === '\r\n') {
    const end = body.indexOf(delimiter, at + 2);
    if (end < 0) throw invalidField(['body'], 'The form ends before its closing boundary');
    parts.push(readPart(body.subarray(at + 2, end)));
    at = end + delimiter.length;
  }
  const rest = body.subarray(at).toString('latin1');
  if (rest === '--' || rest === '--\r\n') return parts;
  throw invalidField(
    ['body'],
    `The boundary is followed by ${rest.length} bytes that neither begin a part nor end the form`,
  );
};
