import { InvalidAudioError } from './audio-structure';
import { type Mp3Excerpt, withFrame } from './mp3-excerpt';
import { id3v2End, tagEnd } from './mp3-tags';
import { freeFormatRunAt, isSameKind, type MpegFrame, mpegFrameAt } from './mpeg-frame';

/** The most bytes that are not frames or tags: padding after tags, leftovers from broadcasts and joined files. */
const maxStrayBytes = 65_536;
const maxTags = 16;
/** One frame header can be chance. This many in a row are MP3. */
const framesInRow = 3;
/** Only every 16th frame's position is stored: with short frames, all positions would take 3 MB. */
export const framesPerMark = 16;

/** The frames of an MP3 and their positions. */
export interface Mp3Frames {
  readonly first: MpegFrame;
  readonly start: number;
  /** The number of frames of each sample rate, by rate in Hz. */
  readonly counts: ReadonlyMap<number, { readonly frames: number; readonly samples: number }>;
  /** Undefined if every frame is too short to read with its side information. */
  readonly excerpt: Mp3Excerpt | undefined;
  /** The offset of every 16th frame, starting with the first. */
  readonly marks: readonly number[];
}

/** Returns whether frames begin within the stray bytes and tags that may precede them in an MP3. Never throws. */
export const hasMp3Frames = (file: Buffer): boolean => {
  try {
    return strayFinder(file).nextFrame(0, undefined) !== undefined;
  } catch (error) {
    if (error instanceof InvalidAudioError) return false;
    throw error;
  }
};

/** Returns whether the bytes begin with several frames in a row, or with an ID3v2 tag. */
export const startsAsMp3 = (bytes: Buffer): boolean =>
  id3v2End(bytes, 0) !== undefined || isRunAt(bytes, 0, framesInRow);

/**
 * Counts the complete frames, starting with the first that others follow. Skips tags before, between and after frames.
 * Recordings of several sample rates may be joined. Throws `InvalidAudioError` for more than 65,536 bytes of other
 * data, for more than 16 tags, and for free-format frames, whose size is unknown.
 */
export const countMp3Frames = (file: Buffer): Mp3Frames => {
  const strays = strayFinder(file);
  const start = strays.nextFrame(0, undefined);
  const first = start === undefined ? undefined : mpegFrameAt(file, start);
  if (start === undefined || first === undefined)
    throw new InvalidAudioError(
      'The MP3 does not contain two consecutive MPEG layer III frames. Send a complete MP3 recording.',
    );
  const counts = new Map<number, { frames: number; samples: number }>();
  let excerpt: Mp3Excerpt | undefined;
  const marks: number[] = [];
  let frames = 0;
  let kind = first;
  for (let offset: number | undefined = start; offset !== undefined;) {
    const frame = wholeFrameAt(file, offset, kind);
    if (frame === undefined) {
      offset = strays.nextFrame(offset, kind);
      kind = (offset === undefined ? undefined : mpegFrameAt(file, offset)) ?? kind;
      continue;
    }
    excerpt = withFrame(excerpt, frame, offset);
    if (frames % framesPerMark === 0) marks.push(offset);
    frames += 1;
    offset += frame.sizeBytes;
    const count = counts.get(frame.sampleRateHz) ?? { frames: 0, samples: frame.samples };
    counts.set(frame.sampleRateHz, { ...count, frames: count.frames + 1 });
  }
  return { first, start, counts, excerpt, marks };
};

const wholeFrameAt = (file: Buffer, offset: number, like: MpegFrame | undefined): MpegFrame | undefined => {
  const frame = mpegFrameAt(file, offset);
  const isWhole = frame !== undefined && offset + frame.sizeBytes <= file.length;
  return isWhole && (like === undefined || isSameKind(frame, like)) ? frame : undefined;
};

/** Returns whether this many frames of one kind follow each other, or fewer up to the end of the file. */
const isRunAt = (file: Buffer, start: number, length: number): boolean => {
  let like: MpegFrame | undefined;
  let offset = start;
  for (let n = 0; n < length; n += 1) {
    if (n > 0 && offset === file.length) return true;
    const frame = wholeFrameAt(file, offset, like);
    if (frame === undefined) return false;
    like = frame;
    offset += frame.sizeBytes;
  }
  return true;
};

/** Creates a function that finds the next frames after tags and stray bytes, up to a limit per file. */
const strayFinder = (file: Buffer) => {
  let tags = 0;
  let strayBytes = 0;

  const isFrameAt = (offset: number, like: MpegFrame | undefined): boolean =>
    wholeFrameAt(file, offset, like) !== undefined && isRunAt(file, offset, 2)
      ? like !== undefined || isRunAt(file, offset, framesInRow)
      : like !== undefined && mpegFrameAt(file, offset) !== undefined && isRunAt(file, offset, framesInRow);

  /** Returns the offset of the next frame at or after `from`. Returns undefined at the end of the file. */
  const nextFrame = (from: number, like: MpegFrame | undefined): number | undefined => {
    for (let offset = from; offset < file.length;) {
      if (isFrameAt(offset, like)) return offset;
      if (freeFormatRunAt(file, offset)) throw new InvalidAudioError(freeFormat);
      const end = tagEnd(file, offset);
      if (end === undefined) strayBytes += 1;
      else tags += 1;
      if (tags > maxTags)
        throw new InvalidAudioError(
          `The MP3 has more than ${maxTags} tags. Export the recording without tags and resend it.`,
        );
      if (strayBytes > maxStrayBytes)
        throw new InvalidAudioError(
          `The MP3 has more than ${maxStrayBytes} bytes that are neither sound nor tags, up to byte ${offset}. ` +
            'Send a complete MP3 recording.',
        );
      offset = end ?? offset + 1;
    }
    return undefined;
  };

  return { nextFrame };
};

const freeFormat =
  'The MP3 has frames of free format, whose size no header tells. Convert it and send the result: ' +
  'ffmpeg -i recording.mp3 -b:a 128k sample.mp3';
