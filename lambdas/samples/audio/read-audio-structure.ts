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
 * Walks the structure of a recording of a known format in bounded time. Throws `InvalidAudioError` with a sentence
 * where it is damaged, cut, too intricate, or claims more than it holds.
 */
export const readAudioStructure = (bytes: Uint8Array, format: SampleFormat): AudioStructure =>
  readers[format](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
