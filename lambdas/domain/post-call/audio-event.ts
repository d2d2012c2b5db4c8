import { InvalidAudioError } from '../audio-structure/audio-structure';
import { tagEnd } from '../audio-structure/mp3-tags';
import { isSameKind, mpegFrameAt } from '../audio-structure/mpeg-frame';
import { decodeAudio } from '../base64-audio';
import { sampleFormat } from '../voice-sample';
import type { AudioEvent } from './post-call-event';

/** The recording of a call, or why there is none in the event; the problem is a sentence that quotes nothing. */
export type CallAudio =
  { ok: true; mp3: Buffer } | { ok: false; reason: 'missing' | 'not_base64' | 'not_mp3'; problem: string };

/** Bytes between tags and sound, at most: padding. */
const maxPaddingBytes = 65_536;
const maxTags = 16;

/**
 * The recording in a `post_call_audio` event: strict base64 of what is an MP3 by its content, with two frames in a row after
 * its tags. A recording that is cut is still one. Takes time in proportion to the size. Never throws.
 */
export const readCallAudio = ({ data }: AudioEvent): CallAudio => {
  const text = data['full_audio'];
  if (typeof text !== 'string' || text === '')
    return refused('missing', 'The event has no full_audio; expected base64 of an MP3.');
  const mp3 = decodeAudio(text);
  if (mp3 === undefined) return refused('not_base64', `The ${text.length} characters of full_audio are no base64.`);
  const problem = mp3Problem(mp3);
  return problem === undefined ? { ok: true, mp3 } : refused('not_mp3', problem);
};

const refused = (reason: 'missing' | 'not_base64' | 'not_mp3', problem: string): CallAudio => ({
  ok: false,
  reason,
  problem,
});

const mp3Problem = (file: Buffer): string | undefined => {
  const format = sampleFormat(file);
  if (format !== 'mp3')
    return `The ${file.length} bytes of full_audio are ${format?.toUpperCase() ?? 'no audio that is known'} by their content; expected MP3.`;
  try {
    return hasFrames(file, afterTags(file))
      ? undefined
      : `The ${file.length} bytes of full_audio have no two MPEG layer III frames in a row within ${maxPaddingBytes} bytes after their tags; expected MP3.`;
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
