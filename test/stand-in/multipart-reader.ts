/** One part of a form, exactly as it stood in the body. `filename` and `contentType` are null where the part has none. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly bytes: Buffer;
}

// Backslashes are refused because readers disagree on whether they escape; `filename*` because RFC 7578 section 4.2 forbids it.
const disposition = /^form-data; name="([^"\\]*)"(?:; filename="([^"\\]*)")?$/;
const partHeaders = ['content-disposition', 'content-type'];

const boundaryOf = (contentType: string): string => {
  const match = /^multipart\/form-data\s*;\s*boundary=(?:"([^"]{1,70})"|([\w'()+,./:=?-]{1,70}))$/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined)
    throw new Error(`Content-Type "${contentType}" is not multipart/form-data with a boundary.`);
  return boundary;
};

const headerOf = (line: string): [string, string] => {
  const match = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  if (match === null) throw new Error(`Part header "${line}" is not "name: value".`);
  return [match[1]!.toLowerCase(), match[2]!];
};

const readPart = (part: Buffer): FormPart => {
  const headersEnd = part.indexOf('\r\n\r\n');
  if (headersEnd < 0) throw new Error('A part has no empty line between its headers and its content.');
  const headers = part.subarray(0, headersEnd).toString('utf8').split('\r\n').map(headerOf);
  const names = headers.map(([name]) => name);
  const undocumented = names.filter((name, index) => !partHeaders.includes(name) || names.indexOf(name) !== index);
  if (undocumented.length > 0) throw new Error(`Part header ${undocumented.join(', ')} is unknown or repeated.`);
  const byName = new Map(headers);
  const match = disposition.exec(byName.get('content-disposition') ?? '');
  if (match === null)
    throw new Error(`Content-Disposition "${byName.get('content-disposition') ?? ''}" is not a form field's.`);
  return {
    name: match[1]!,
    filename: match[2] ?? null,
    contentType: byName.get('content-type') ?? null,
    bytes: part.subarray(headersEnd + 4),
  };
};

/**
 * Splits a multipart/form-data body (RFC 2046 section 5.1, RFC 7578) into its parts, in order and byte for byte.
 * Throws an Error with a sentence for everything that two readers could take differently: a preamble or epilogue, a line that begins
 * with the delimiter but goes on, headers other than Content-Disposition and Content-Type, a body that ends early.
 */
export const readMultipart = (contentType: string, body: Buffer): FormPart[] => {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const opening = delimiter.subarray(2);
  if (!body.subarray(0, opening.length).equals(opening)) throw new Error('The body does not begin with its boundary.');
  const parts: FormPart[] = [];
  let at = opening.length;
  while (body.subarray(at, at + 2).toString('latin1') === '\r\n') {
    const end = body.indexOf(delimiter, at + 2);
    if (end < 0) throw new Error('The body ends before its closing boundary.');
    parts.push(readPart(body.subarray(at + 2, end)));
    at = end + delimiter.length;
  }
  const rest = body.subarray(at).toString('latin1');
  if (rest !== '--' && rest !== '--\r\n') {
    throw new Error(`The boundary is followed by ${rest.length} bytes that neither begin a part nor end the form.`);
  }
  return parts;
};
