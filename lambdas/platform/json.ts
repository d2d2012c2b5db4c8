import { ServiceError } from './errors';

const byteOrderMark = '\ufeff';

/** The texts of bytes that were made of text. Decoding megabytes again would cost more than parsing them. */
const texts = new WeakMap<Buffer, string>();

/** Returns the UTF-8 bytes of a text. `parseJson` does not decode them again. */
export const bytesOf = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  if (text.isWellFormed()) texts.set(bytes, text);
  return bytes;
};

/**
 * Parses a body, or a part of a body, which the error message calls `what`. Skips a byte order mark. Throws 400
 * `INVALID_JSON` if the bytes are not valid JSON.
 */
export const parseJson = (bytes: Buffer, what: string): unknown => {
  const text = texts.get(bytes) ?? bytes.toString('utf8');
  try {
    return JSON.parse(text.startsWith(byteOrderMark) ? text.slice(1) : text);
  } catch (error) {
    const message =
      `The ${what} is not valid JSON (${bytes.length} bytes)${likelyCause(bytes)}. ` +
      'Send one JSON document in UTF-8, without compression.';
    throw new ServiceError({ code: 'INVALID_JSON', message, cause: error });
  }
};

/** Guesses from the first bytes why a body is not JSON. Returns the end of a sentence, or an empty text. */
const likelyCause = ([first, second]: Buffer): string => {
  if (first === 0x1f && (second === 0x8b || second === 0xef)) return ': it is compressed with gzip';
  const isWide =
    (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;
  return isWide ? ': it is not in UTF-8, but in UTF-16 or UTF-32' : '';
};
