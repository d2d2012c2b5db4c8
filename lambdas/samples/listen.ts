import type { AudioStructure } from './audio/audio-structure';
import { type EncodedSound, spreadSpans } from './audio/encoded-sound';
import { soundWarnings } from './audio/sample-quality';
import { soundLevels, type SoundLevels } from './audio/sound-levels';
import { decodeWindows } from './decode-windows';
import { stopAfter } from './stop-after';

/** More and longer ones cost more than a pre-call may wait for, above all on first use. */
const windows = 5;
/** Where the first ones may have met pauses. */
const windowsOfSecondLook = 16;
/** A hundred times what it takes. A decoder that is not done by then never ends. */
const maxMs = 5_000;
const dependOnPlace: readonly string[] = ['silence', 'little_speech'];

/**
 * The levels of a recording: of all PCM, and of a second of MP3 and Opus in parts that are spread over
 * it. If little or no speech is in these, three seconds decide. Undefined for what cannot be decoded, or not within
 * `maxDecodingMs`: it is not judged. Never throws.
 */
export const listenTo = (
  { sound, encoded, durationS }: AudioStructure,
  maxDecodingMs = maxMs,
): SoundLevels | undefined => {
  if (sound !== undefined) return soundLevels(sound);
  if (encoded === undefined) return undefined;
  try {
    return stopAfter(maxDecodingMs, () => levelsOf(encoded, durationS));
  } catch {
    return undefined;
  }
};

const levelsOf = (encoded: EncodedSound, durationS: number): SoundLevels => {
  const levelsIn = (count: number): SoundLevels => soundLevels(decodeWindows(encoded, spreadSpans(durationS, count)));
  const levels = levelsIn(windows);
  const isDoubtful = soundWarnings(levels, durationS).some(({ code }) => dependOnPlace.includes(code));
  return isDoubtful ? levelsIn(windowsOfSecondLook) : levels;
};
