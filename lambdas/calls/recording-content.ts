import { InvalidAudioError } from '../samples/audio/audio-structure';
import { tagEnd } from '../samples/audio/mp3-tags';
import { isSameKind, mpegFrameAt } from '../samples/audio/mpeg-frame';
import { decodeAudio } from '../samples/base64-audio';
import { sampleFormat } from '../samples/voice-sample';
import type { AudioEvent } from './post-call-event';

/** The recording in an event, or why it has none. The problem is a sentence that quotes no values. */
export type PushedRecording =
  | { readonly ok: true; readonly mp3: Buffer }
  | { readonly ok: false; readonly reason: 'missing' | 'not_base64' | 'not_mp3'; readonly problem: string };

/**
 * Reads the recording from a `post_call_audio` event: strict base64 of an MP3, checked by its content. Accepts a
 * recording that was cut off. Runs in linear time. Never throws.
 */
export const pushedRecording = ({ data }: AudioEvent): PushedRecording => {
  const text = data['full_audio'];
  if (typeof text !== 'string' || text === '')
    return refused('missing', 'The event has no full_audio; expected base64 of an MP3.');
  const mp3 = decodeAudio(text);
  if (mp3 === undefined) return refused('not_base64', `The ${text.length} characters of full_audio are not base64.`);
  const problem = mp3Problem(mp3, 'full_audio');
  return problem === undefined ? { ok: true, mp3 } : refused('not_mp3', problem);
};

const refused = (reason: 'missing' | 'not_base64' | 'not_mp3', problem: string): PushedRecording => ({
  ok: false,
  reason,
  problem,
});

/** The longest padding between tags and sound, in bytes. */
const maxPaddingBytes = 65_536;
const maxTags = 16;

/**
 * Returns why a file is not an MP3, in a sentence that calls the file `what`. Returns undefined for an MP3, which has
 * two consecutive frames after its tags. For a long file, its beginning with all tags is enough. Runs in linear time.
 * Never throws.
 */
export const mp3Problem = (file: Buffer, what: string): string | undefined => {
  const format = sampleFormat(file);
  if (format !== 'mp3') {
    const found = format?.toUpperCase() ?? 'not a known audio format';
    return `The ${file.length} bytes of ${what} are ${found}; expected MP3.`;
  }
  try {
    return hasFrames(file, afterTags(file))
      ? undefined
      : `The ${file.length} bytes of ${what} do not contain two consecutive MPEG layer III frames ` +
          `within ${maxPaddingBytes} bytes after their tags; expected MP3.`;
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
