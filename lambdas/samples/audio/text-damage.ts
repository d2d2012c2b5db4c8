import { isUtf8 } from 'node:buffer';

/** A silent recording has few different bytes, and may be valid text. */
const enoughDifferentBytes = 64;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** In sound, one byte in 256 is a line feed, and a carriage return hardly ever precedes it. Tags may hold lines. */
const lineFeeds = { enough: 24, most: 4_096 };

/**
 * Returns how a recording was damaged because a program handled its bytes as text, in a sentence. Returns undefined for
 * other files and for text, which has no byte 0. Reads most files only as far as their first bytes that are not text.
 */
export const textDamage = (file: Buffer): string | undefined => {
  const damage = isReadAsText(file)
    ? 'its bytes were read as text, which replaced many of them'
    : hasTextLines(file)
      ? 'a carriage return was added to each line feed, as in text'
      : undefined;
  return damage === undefined
    ? undefined
    : `The voice sample was damaged on its way: ${damage}. No program can repair it. Read and send the recording as ` +
        'bytes, not as text. Where JSON needs text, encode its bytes as base64.';
};

/** Returns whether bytes of many kinds form valid UTF-8. Those of sound never do. */
const isReadAsText = (file: Buffer): boolean => isUtf8(file) && file.includes(0) && hasManyBytes(file);

const hasManyBytes = (file: Buffer): boolean => {
  const isPresent = new Uint8Array(256);
  let different = 0;
  for (let at = 0; at < file.length && different < enoughDifferentBytes; at += 1) {
    const byte = file[at] ?? 0;
    if (isPresent[byte] === 0) different += 1;
    isPresent[byte] = 1;
  }
  return different === enoughDifferentBytes;
};

const hasTextLines = (file: Buffer): boolean => {
  let count = 0;
  for (let at = file.indexOf(lineFeed); at !== -1 && count < lineFeeds.most; at = file.indexOf(lineFeed, at + 1)) {
    if (file[at - 1] !== carriageReturn) return false;
    count += 1;
  }
  return count >= lineFeeds.enough && file.includes(0);
};
