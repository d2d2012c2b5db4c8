import { InvalidAudioError } from './audio-structure';

const id3v1Bytes = 128;
const apeHeaderBytes = 32;

/**
 * Returns the end of the tag at `offset`: ID3v2 with or without a footer, APEv2 with a header, or ID3v1 at the end of
 * the file. Returns undefined if no tag starts there. Skips the tag without reading it, so its content cannot cost
 * time. Throws `InvalidAudioError` if a tag claims more bytes than the file has.
 */
export const tagEnd = (file: Buffer, offset: number): number | undefined => {
  const end = id3v2End(file, offset) ?? apeEnd(file, offset) ?? id3v1End(file, offset);
  if (end !== undefined && end > file.length)
    throw new InvalidAudioError(
      `A tag of the MP3 file declares ${end - offset} bytes, but only ${file.length - offset} are left in the file. ` +
        'Send a complete recording, or one without tags.',
    );
  return end;
};

/**
 * Returns the end of the ID3v2 tag at `offset`, or undefined if none starts there. It may be after the file's end.
 *
 * @see https://id3.org/id3v2.4.0-structure The size has 7 bits a byte and counts neither header nor footer.
 */
export const id3v2End = (file: Buffer, offset: number): number | undefined => {
  if (!isText(file, offset, 'ID3') || offset + 10 > file.length) return undefined;
  const [flags = 0, ...sizeBytes] = file.subarray(offset + 5, offset + 10);
  if (sizeBytes.some((byte) => byte > 0x7f)) return undefined;
  const size = sizeBytes.reduce((sum, byte) => sum * 128 + byte, 0);
  const hasFooter = (flags & 0x10) !== 0;
  return offset + 10 + size + (hasFooter ? 10 : 0);
};

/** Returns the end of the ID3v2 tags at the start of a file, or 0 if it has none. */
export const id3v2TagsEnd = (file: Buffer): number => {
  let offset = 0;
  for (let end = id3v2End(file, 0); end !== undefined && end > offset; end = id3v2End(file, offset)) offset = end;
  return offset;
};

/** @see https://wiki.hydrogenaud.io/index.php?title=APE_Tags_Header The size counts the footer, not the header. */
const apeEnd = (file: Buffer, offset: number): number | undefined => {
  if (!isText(file, offset, 'APETAGEX') || offset + apeHeaderBytes > file.length) return undefined;
  const isHeader = (file.readUInt32LE(offset + 20) & 0x2000_0000) !== 0;
  return offset + apeHeaderBytes + (isHeader ? file.readUInt32LE(offset + 12) : 0);
};

const id3v1End = (file: Buffer, offset: number): number | undefined =>
  isText(file, offset, 'TAG') && file.length - offset === id3v1Bytes ? file.length : undefined;

/** Compares one byte first, because it runs at every stray byte. */
const isText = (file: Buffer, offset: number, text: string): boolean =>
  file[offset] === text.charCodeAt(0) && file.toString('latin1', offset, offset + text.length) === text;
