import { decodeAudio } from '../samples/base64-audio';
import { mp3Problem } from './mp3-content';
import type { AudioEvent } from './post-call-event';

/** The recording of a call, or why there is none in the event; the problem is a sentence that quotes nothing. */
export type CallAudio =
  { ok: true; mp3: Buffer } | { ok: false; reason: 'missing' | 'not_base64' | 'not_mp3'; problem: string };

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
  const problem = mp3Problem(mp3, 'full_audio');
  return problem === undefined ? { ok: true, mp3 } : refused('not_mp3', problem);
};

const refused = (reason: 'missing' | 'not_base64' | 'not_mp3', problem: string): CallAudio => ({
  ok: false,
  reason,
  problem,
});
