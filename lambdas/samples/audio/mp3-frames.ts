import { InvalidAudioError } from './audio-structure';
import { type Mp3Excerpt, withFrame } from './mp3-excerpt';
import { tagEnd } from './mp3-tags';
import { isSameKind, type MpegFrame, mpegFrameAt } from './mpeg-frame';

/**
 * Bytes that are neither frames nor tags, all told: padding after tags, what broadcasts and joined files leave behind.
 */
const maxStrayBytes = 65_536;
const maxTags = 16;

/** The frames of an MP3, and how they lie. */
export interface Mp3Frames {
  readonly first: MpegFrame;
  readonly start: number;
  readonly count: number;
  /** Undefined when every frame is too short to be read with its side information. */
  readonly excerpt: Mp3Excerpt | undefined;
}

/**
 * Counts the frames that are wholly there, from the first on that another one follows; tags before, between and after
 * them are stepped over. Throws `InvalidAudioError` for more than 65,536 bytes that are neither, and for more than 16
 * tags.
 */
export const countMp3Frames = (file: Buffer): Mp3Frames => {
  const strays = strayFinder(file);
  const start = strays.nextFrame(0, undefined);
  const first = start === undefined ? undefined : mpegFrameAt(file, start);
  if (start === undefined || first === undefined)
    throw new InvalidAudioError(
      'The MP3 does not contain two consecutive MPEG layer III frames. Send a complete MP3 recording.',
    );
  let count = 0;
  let excerpt: Mp3Excerpt | undefined;
  for (let offset: number | undefined = start; offset !== undefined;) {
    const frame = wholeFrameAt(file, offset, first);
    if (frame === undefined) {
      offset = strays.nextFrame(offset, first);
      continue;
    }
    excerpt = withFrame(excerpt, frame, offset);
    offset += frame.sizeBytes;
    count += 1;
  }
  return { first, start, count, excerpt };
};

const wholeFrameAt = (file: Buffer, offset: number, like: MpegFrame | undefined): MpegFrame | undefined => {
  const frame = mpegFrameAt(file, offset);
  const isWhole = frame !== undefined && offset + frame.sizeBytes <= file.length;
  return isWhole && (like === undefined || isSameKind(frame, like)) ? frame : undefined;
};

/** Finds where frames go on after tags and stray bytes, of which it allows only so many in one file. */
const strayFinder = (file: Buffer) => {
  let tags = 0;
  let strayBytes = 0;

  const isFrameFollowed = (offset: number, like: MpegFrame | undefined): boolean => {
    const frame = wholeFrameAt(file, offset, like);
    if (frame === undefined) return false;
    const end = offset + frame.sizeBytes;
    return end === file.length || wholeFrameAt(file, end, frame) !== undefined;
  };

  /** The offset of the next frame from `from` on; undefined at the end of the file. */
  const nextFrame = (from: number, like: MpegFrame | undefined): number | undefined => {
    for (let offset = from; offset < file.length;) {
      if (isFrameFollowed(offset, like)) return offset;
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
