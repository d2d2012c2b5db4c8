import { type AudioStructure, InvalidAudioError } from './audio-structure';
import { readWavFormat } from './wav-format';

/** Real recordings have two to twenty. */
const maxChunksBeforeSound = 100;
/** Sizes that are too large for a sample, and 0, mean "not known yet": the writer could not rewind its pipe. */
const unknownLength = 0x7fff_0000;
const chunkHeaderBytes = 8;
const riffHeaderBytes = 12;

/**
 * Reads a WAV up to its `data` chunk. The cross-check has the format and the sound alone: tags never reach another
 * reader. Throws `InvalidAudioError`, also for a truncated recording: silently accepting half a recording would make a
 * poor clone that nobody can explain.
 */
export const readWavStructure = (file: Buffer): AudioStructure => {
  const { format, sound } = findSound(file);
  const { sampleRateHz, blockBytes } = readWavFormat(format);
  const samples = Math.floor(sound.length / blockBytes);
  if (samples === 0) throw new InvalidAudioError('The WAV contains no audio. Send a complete recording.');
  const durationS = samples / sampleRateHz;
  return { durationS, sampleRateHz, crossCheck: { bytes: plainWav(format, sound), durationS, sampleRateHz } };
};

const findSound = (file: Buffer): { format: Buffer; sound: Buffer } => {
  let format: Buffer | undefined;
  let offset = riffHeaderBytes;
  for (let chunks = 0; offset + chunkHeaderBytes <= file.length; chunks += 1) {
    const id = file.toString('latin1', offset, offset + 4);
    const claimedBytes = file.readUInt32LE(offset + 4);
    const start = offset + chunkHeaderBytes;
    if (id === 'data') {
      if (format === undefined)
        throw new InvalidAudioError(
          'The WAV has no fmt chunk before the data chunk. Export the recording again and resend it.',
        );
      return { format, sound: soundAt(file, start, claimedBytes) };
    }
    if (chunks === maxChunksBeforeSound)
      throw new InvalidAudioError(
        `The WAV has more than ${maxChunksBeforeSound} chunks before its audio. ` +
          'Export the recording without tags and resend it.',
      );
    if (id === 'fmt ') format ??= file.subarray(start, start + claimedBytes);
    offset = start + claimedBytes + (claimedBytes % 2);
  }
  throw new InvalidAudioError(
    `The WAV ends after ${file.length} bytes without a data chunk. Send a complete recording.`,
  );
};

const soundAt = (file: Buffer, start: number, claimedBytes: number): Buffer => {
  const sound = file.subarray(start);
  if (claimedBytes === 0 || claimedBytes >= unknownLength) return sound;
  if (claimedBytes > sound.length)
    throw new InvalidAudioError(
      `The WAV is truncated: the header declares ${claimedBytes} bytes of audio, but only ` +
        `${sound.length} are present. Send a complete recording.`,
    );
  return sound.subarray(0, claimedBytes);
};

/** The same sound behind the shortest header, with its true size. */
const plainWav = (format: Buffer, sound: Buffer): Buffer => {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + sound.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  format.copy(header, 20, 0, 16);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
};
