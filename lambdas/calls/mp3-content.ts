import { InvalidAudioError } from '../samples/audio/audio-structure';
import { tagEnd } from '../samples/audio/mp3-tags';
import { isSameKind, mpegFrameAt } from '../samples/audio/mpeg-frame';
import { sampleFormat } from '../samples/voice-sample';

/** Bytes between tags and sound, at most: padding. */
const maxPaddingBytes = 65_536;
const maxTags = 16;

/**
 * Why a file, called `what`, is no MP3 by its content, in a sentence with what was found; undefined for one with two frames in a row after
 * its tags. Of a long file its beginning is enough, if its tags are in there. Takes time in proportion to the size. Never throws.
 */
export const mp3Problem = (file: Buffer, what: string): string | undefined => {
  const format = sampleFormat(file);
  if (format !== 'mp3')
    return `The ${file.length} bytes of ${what} are ${format?.toUpperCase() ?? 'no audio that is known'} by their content; expected MP3.`;
  try {
    return hasFrames(file, afterTags(file))
      ? undefined
      : `The ${file.length} bytes of ${what} have no two MPEG layer III frames in a row within ${maxPaddingBytes} bytes after their tags; expected MP3.`;
  } catch (error) {
    if (error instanceof InvalidAudioError) return error.message;
    throw error;
  }
};

const afterTags = (file: Buffer): number => {
  let offset = 0;
  for (let tags = 0; tags < maxTags; tags += 1) {
    const end = tagEnd(file, offset);
    if (end === undefined) return offset;
    offset = end;
  }
  return offset;
};

const hasFrames = (file: Buffer, start: number): boolean => {
  const end = Math.min(file.length, start + maxPaddingBytes + 1);
  for (let offset = start; offset < end; offset += 1) {
    const frame = mpegFrameAt(file, offset);
    const next = frame === undefined ? undefined : mpegFrameAt(file, offset + frame.sizeBytes);
    if (frame !== undefined && next !== undefined && isSameKind(frame, next)) return true;
  }
  return false;
};
