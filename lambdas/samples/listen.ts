import type { AudioStructure } from './audio/audio-structure';
import { type EncodedSound, spreadSpans } from './audio/encoded-sound';
import { soundWarnings } from './audio/sample-quality';
import { soundLevels, type SoundLevels } from './audio/sound-levels';
import { decodeWindows } from './decode-windows';

const windows = 4;
/** Where the first ones may have met pauses. */
const windowsOfSecondLook = 8;
const dependOnPlace: readonly string[] = ['silence', 'little_speech'];

/**
 * The levels of a recording: of all PCM, and of four seconds of MP3 and Opus that are spread over it. If little
 * or no speech is in these, eight others decide. Undefined for what cannot be decoded: it is not judged. Never throws.
 */
export const listenTo = async ({ sound, encoded, durationS }: AudioStructure): Promise<SoundLevels | undefined> => {
  if (sound !== undefined) return soundLevels(sound);
  if (encoded === undefined) return undefined;
  try {
    const levels = await levelsOf(encoded, durationS, windows);
    const isDoubtful = soundWarnings(levels, durationS).some(({ code }) => dependOnPlace.includes(code));
    return isDoubtful ? await levelsOf(encoded, durationS, windowsOfSecondLook) : levels;
  } catch {
    return undefined;
  }
};

const levelsOf = async (encoded: EncodedSound, durationS: number, count: number): Promise<SoundLevels> =>
  soundLevels(await decodeWindows(encoded, spreadSpans(durationS, count)));
