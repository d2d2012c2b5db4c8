import { randomBytes } from 'node:crypto';

/** Returns a WAV of noise with this many bytes: 24 kHz, 16 bit, mono. */
export const wav = (bytes: number): Buffer<ArrayBuffer> => {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(bytes - 8, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(24_000, 24);
  header.writeUInt32LE(48_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes - 44, 40);
  return Buffer.concat([header, randomBytes(bytes - 44)]);
};
