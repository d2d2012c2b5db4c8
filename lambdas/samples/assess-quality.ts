import type { AudioStructure } from './audio/audio-structure';
import { type EncodedSound, spreadSpans } from './audio/encoded-sound';
import { soundWarnings } from './audio/sample-quality';
import { soundLevels, type SoundLevels } from './audio/sound-levels';
import { decodeWindows } from './decode-windows';
import { stopAfter } from './stop-after';

/** More or longer windows would cost more than a pre-call can wait for, above all on first use. */
const windows = 5;
/** More windows, in case the first ones are pauses. */
const windowsOfSecondPass = 16;
/** A hundred times the usual time. A decoder that is not done by then never ends. */
const defaultMaxDecodingMs = 5_000;
/** The warnings that other parts of the recording may contradict. */
const codesToRecheck: readonly string[] = ['silence', 'little_speech', 'no_speech'];

/**
 * Measures the levels of a recording: all of PCM, or a second of MP3 or Opus in parts spread over it. If these contain
 * little or no speech, measures three seconds. Returns undefined if it cannot be decoded within `maxDecodingMs`; the
 * sound is then not checked. Never throws.
 */
export const measureLevels = (
  { sound, encoded, durationS }: AudioStructure,
  maxDecodingMs = defaultMaxDecodingMs,
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
  const needsSecondPass = soundWarnings(levels, durationS).some(({ code }) => codesToRecheck.includes(code));
  return needsSecondPass ? levelsIn(windowsOfSecondPass) : levels;
};
