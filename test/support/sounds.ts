import { seededRandom } from './audio-mutations';

/** Amplitude at a time in seconds, from -1 to 1. */
export type Wave = (seconds: number) => number;

export const silence: Wave = () => 0;

/** A tone of 440 Hz. */
export const tone: Wave = (seconds) => 0.3 * Math.sin(2 * Math.PI * 440 * seconds);

/** Something like speech: a buzz that swells with five syllables a second, with a pause after each second. */
export const speech: Wave = (seconds) => {
  const pause = seconds % 1.3 > 1 ? 0 : 1;
  const syllable = Math.sin(Math.PI * 5 * seconds) ** 2;
  const buzz = Math.sin(2 * Math.PI * 140 * seconds) + 0.5 * Math.sin(2 * Math.PI * 280 * seconds + 1);
  return 0.3 * pause * syllable * buzz;
};

/** White noise of this amplitude. */
export const noise = (amplitude: number): Wave => {
  const random = seededRandom(7);
  return () => amplitude * (2 * random() - 1);
};

/** A WAV of 16 bits and 16 kHz with one wave on each channel. */
export const wavOf = (durationS: number, ...waves: readonly Wave[]): Buffer => {
  const samples = Math.round(durationS * 16_000);
  const file = Buffer.alloc(44 + samples * waves.length * 2);
  file.write('RIFF\0\0\0\0WAVEfmt \x10\0\0\0', 'latin1');
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(waves.length, 22);
  file.writeUInt32LE(16_000, 24);
  file.writeUInt16LE(waves.length * 2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(file.length - 44, 40);
  for (let n = 0; n < samples; n += 1)
    waves.forEach((wave, channel) => {
      const value = Math.max(-1, Math.min(1, wave(n / 16_000)));
      file.writeInt16LE(Math.round(value * 32_767), 44 + (n * waves.length + channel) * 2);
    });
  return file;
};
