import { ServiceError } from './errors';

const byteOrderMark = '\ufeff';

/**
 * Parses a body, or a part of one; the error message calls it `what`. A byte order mark is skipped. Throws 400
 * `INVALID_JSON`.
 */
export const parseJson = (bytes: Buffer, what: string): unknown => {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.startsWith(byteOrderMark) ? text.slice(1) : text);
  } catch (error) {
    const message =
      `The ${what} is not valid JSON (${bytes.length} bytes)${kindOf(bytes)}. Send one JSON document in UTF-8` +
      ', without compression.';
    throw new ServiceError({ code: 'INVALID_JSON', message, cause: error });
  }
};

/** What the first bytes show of a body that is no JSON. */
const kindOf = ([first, second]: Buffer): string => {
  if (first === 0x1f && (second === 0x8b || second === 0xef)) return ': it is compressed with gzip';
  const isWide =
    (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;
  return isWide ? ': it is not in UTF-8, but in UTF-16 or UTF-32' : '';
};
