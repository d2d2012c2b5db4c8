/** A recording that is made while it is sent. */
export interface Recording {
  /** At least 1024. */
  readonly sizeBytes: number;
  /** How much of it is sent before the connection breaks; all of it when equal to `sizeBytes`. */
  readonly sentBytes: number;
}

/** 128 kbit/s at 44.1 kHz without padding. */
const frameBytes = 417;
const framesPerChunk = 157;
const id3HeaderBytes = 10;

/** A frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono, whose side information says that nothing is to be heard. */
const silentFrame = Buffer.alloc(frameBytes);
silentFrame.writeUInt32BE(0xff_fb_90_c4, 0);

const manyFrames = Buffer.concat(Array.from({ length: framesPerChunk }, () => silentFrame));

/** An ID3v2.4 tag of nothing but padding, of at most 426 bytes. https://id3.org/id3v2.4.0-structure */
const emptyTag = (tagBytes: number): Buffer => {
  const tag = Buffer.alloc(tagBytes);
  const paddingBytes = tagBytes - id3HeaderBytes;
  tag.write('ID3\x04', 'latin1');
  tag.set([paddingBytes >> 7, paddingBytes & 0x7f], 8);
  return tag;
};

const wholeRecording = function* (sizeBytes: number): Generator<Buffer> {
  const tagBytes = id3HeaderBytes + ((sizeBytes - id3HeaderBytes) % frameBytes);
  yield emptyTag(tagBytes);
  for (let left = sizeBytes - tagBytes; left > 0; left -= manyFrames.length)
    yield left < manyFrames.length ? manyFrames.subarray(0, left) : manyFrames;
};

/** The bytes of a silent MP3 of exactly this size, 64 KB at a time: an empty tag, and then whole frames, of which `sentBytes` may cut the last. */
export const recordingChunks = function* ({ sizeBytes, sentBytes }: Recording): Generator<Buffer> {
  let left = sentBytes;
  for (const chunk of wholeRecording(sizeBytes)) {
    if (left <= 0) return;
    yield chunk.subarray(0, left);
    left -= chunk.length;
  }
};
