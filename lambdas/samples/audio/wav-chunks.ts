import { maxAdpcmBlockBytes } from './adpcm-reader';
import { InvalidAudioError } from './audio-structure';

/** Real recordings have two to twenty chunks. */
const maxChunksBeforeSound = 100;
/** Sizes too large for a sample, and 0, mean "not known yet": the writer could not rewind its pipe. */
const unknownLength = 0x7fff_0000;
const chunkHeaderBytes = 8;
const riffHeaderBytes = 12;
/** The longest header of a recording without tags. A writer may have added it to the size of the audio. */
const forgivenBytes = 128;

/** The relevant parts of a WAV. Both are little-endian, except the samples of a big-endian file. */
export interface WavChunks {
  readonly format: Buffer;
  readonly sound: Buffer;
  readonly isBigEndian: boolean;
  /** Bytes after the audio that no header counts or that are more audio, if they are more than the audio itself. */
  readonly uncountedBytes: number;
}

/**
 * Finds the format and the audio of a RIFF, RF64, BW64 or RIFX file. Accepts an audio size that is too large by the
 * bytes before the audio, by up to 128, or by less than a block. Then uses the audio that is present. Throws
 * `InvalidAudioError` for a truncated recording: half a recording would make a poor clone that nobody can explain.
 */
export const findWavChunks = (file: Buffer): WavChunks => {
  const isBigEndian = file.toString('latin1', 0, 4) === 'RIFX';
  const numberAt = (offset: number): number => (isBigEndian ? file.readUInt32BE(offset) : file.readUInt32LE(offset));
  let format: Buffer | undefined;
  let longSize: number | undefined;
  let offset = riffHeaderBytes;
  for (let chunks = 0; offset + chunkHeaderBytes <= file.length; chunks += 1) {
    const id = file.toString('latin1', offset, offset + 4);
    const start = offset + chunkHeaderBytes;
    const claimedBytes = numberAt(offset + 4);
    if (id === 'data') return { ...soundAt(file, format, start, longSize ?? claimedBytes), isBigEndian };
    if (chunks === maxChunksBeforeSound)
      throw new InvalidAudioError(
        `The WAV has more than ${maxChunksBeforeSound} chunks before its audio. ` +
          'Export the recording without tags and resend it.',
      );
    if (id === 'fmt ') {
      const body = file.subarray(start, start + claimedBytes);
      format ??= isBigEndian ? littleEndian(body) : body;
    }
    if (id === 'ds64') longSize = longSizeAt(file, start);
    offset = nextChunk(file, start + claimedBytes);
  }
  throw new InvalidAudioError(
    `The WAV ends after ${file.length} bytes without a data chunk. Send a complete recording.`,
  );
};

/** Returns the offset of the next chunk. Chunks begin at even offsets, but some writers omit the padding byte. */
const nextChunk = (file: Buffer, end: number): number =>
  end % 2 === 1 && !['data', 'fmt ', 'LIST'].includes(file.toString('latin1', end, end + 4)) ? end + 1 : end;

/** Returns the size of the audio in a `ds64` chunk. 0 means "not known". */
const longSizeAt = (file: Buffer, start: number): number | undefined =>
  start + 16 <= file.length ? Number(file.readBigUInt64LE(start + 8)) : undefined;

const soundAt = (
  file: Buffer,
  format: Buffer | undefined,
  start: number,
  claimedBytes: number,
): Omit<WavChunks, 'isBigEndian'> => {
  if (format === undefined)
    throw new InvalidAudioError(
      'The WAV has no fmt chunk before the data chunk. Export the recording again and resend it.',
    );
  const sound = file.subarray(start);
  if (claimedBytes === 0 || claimedBytes >= unknownLength) return { format, sound, uncountedBytes: 0 };
  const missing = claimedBytes - sound.length;
  const includesHeader = missing === start || missing === start - chunkHeaderBytes;
  const isForgiven = missing <= forgivenBytes || includesHeader || missing < blockBytesIn(format);
  if (missing > 0 && !isForgiven)
    throw new InvalidAudioError(
      `The WAV is truncated: the header declares ${claimedBytes} bytes of audio, but only ` +
        `${sound.length} are present. Send a complete recording.`,
    );
  return {
    format,
    sound: sound.subarray(0, claimedBytes),
    uncountedBytes: uncountedIn(sound.subarray(nextChunk(sound, claimedBytes)), claimedBytes),
  };
};

/** Some writers count only their first buffer. Others join whole recordings, or write several data chunks. */
const uncountedIn = (rest: Buffer, soundBytes: number): number => {
  const id = rest.toString('latin1', 0, 4);
  const isTag = /^[\w ]{4}$/.test(id) && id !== 'RIFF' && id !== 'data';
  return rest.length >= soundBytes && rest.length > chunkHeaderBytes && !isTag ? rest.length : 0;
};

/** Returns the block size in a format, or 0 if no block has this size. */
const blockBytesIn = (format: Buffer): number => {
  const bytes = format.length >= 14 ? format.readUInt16LE(12) : 0;
  return bytes <= maxAdpcmBlockBytes ? bytes : 0;
};

/** Converts a format's fields to little-endian. All have two bytes except the two rates, which have four. */
const littleEndian = (body: Buffer): Buffer => {
  const swapped = Buffer.from(body.subarray(0, body.length - (body.length % 2))).swap16();
  if (swapped.length < 12) return swapped;
  for (const rateAt of [4, 8]) swapped.writeUInt32LE(body.readUInt32BE(rateAt), rateAt);
  return swapped;
};
