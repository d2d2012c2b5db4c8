import type { AudioStructure } from './audio-structure';
import { readMp3Structure } from './mp3-structure';
import { readOggStructure } from './ogg-structure';
import type { SampleFormat } from './sample-format';
import { readWavStructure } from './wav-structure';

const readers: Readonly<Record<SampleFormat, (file: Buffer) => AudioStructure>> = {
  wav: readWavStructure,
  mp3: readMp3Structure,
  ogg: readOggStructure,
};

/**
 * Reads the structure of a recording with a known format in bounded time. Throws `InvalidAudioError` with a sentence if
 * it is damaged, truncated, too complex, or claims more than it contains.
 */
export const readAudioStructure = (bytes: Uint8Array, format: SampleFormat): AudioStructure =>
  readers[format](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
