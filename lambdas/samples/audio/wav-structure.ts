import { type AudioStructure, InvalidAudioError } from './audio-structure';
import { hasMp3Frames, startsAsMp3 } from './mp3-frames';
import { readMp3Structure } from './mp3-structure';
import { likelyFormat } from './other-format';
import { frameReader, stepOf } from './pcm-reader';
import { findWavChunks } from './wav-chunks';
import { readWavFormat, type WavFormat } from './wav-format';

/**
 * Reads a WAV up to its `data` chunk and counts the blocks that are present. The cross-check has a plain header with
 * the true sizes before the audio, so tags never reach another reader. Throws `InvalidAudioError` if the WAV is not
 * valid.
 */
export const readWavStructure = (file: Buffer): AudioStructure => {
  const { format, sound, isBigEndian, uncountedBytes } = findWavChunks(file);
  const read = readWavFormat(format);
  if (read.codec === 'mp3') return readMp3In(sound);
  const held = read.codec === 'pcm' ? fileIn(sound) : undefined;
  if (held !== undefined)
    throw new InvalidAudioError(
      `The WAV's header says PCM, but its audio is ${held}. Send that file without the header of a WAV before it.`,
    );
  const { sampleRateHz, blockSamples } = read;
  const samples = samplesIn(sound.length, read);
  if (samples === 0) throw new InvalidAudioError('The WAV contains no audio. Send a complete recording.');
  const durationS = samples / sampleRateHz;
  const crossCheck = {
    bytes: plainWav(read, sound),
    durationS: blockSamples === 1 ? durationS : undefined,
    sampleRateHz,
  };
  const samplesAt = frameReader(read, isBigEndian, sound);
  return {
    durationS,
    sampleRateHz,
    crossCheck,
    ...(samplesAt !== undefined && {
      sound: { channels: read.channels, sampleRateHz, samples, step: stepOf(read), read: samplesAt },
    }),
    ...(uncountedBytes > 0 && { unheard: unheardIn(uncountedBytes) }),
  };
};

const unheardIn = (bytes: number): string =>
  `The header does not count ${bytes} bytes after this audio, so players ignore them. If they are audio, let a ` +
  'program write the file anew: ffmpeg -ignore_length 1 -i recording.wav -c:a pcm_s16le sample.wav';

/** Names the file that a sender put behind the header of a WAV, if its start is certain. */
const fileIn = (sound: Buffer): string | undefined => {
  if (startsAsMp3(sound)) return 'an MP3';
  return { OggS: 'an OGG', fLaC: 'a FLAC', '\x1a\x45\xdf\xa3': 'a WebM' }[sound.toString('latin1', 0, 4)];
};

/** Reads MP3 in a WAV. The cross-check has only the frames. Layers I and II have the same codec number. */
const readMp3In = (sound: Buffer): AudioStructure => {
  const other = hasMp3Frames(sound) ? undefined : likelyFormat(sound);
  if (other !== undefined) throw new InvalidAudioError(`The WAV holds ${other}`);
  const structure = readMp3Structure(sound);
  return { ...structure, crossCheck: { ...structure.crossCheck, format: 'mp3' } };
};

/** Counts the samples in whole blocks, and for ADPCM also in a last block that is cut short. */
const samplesIn = (bytes: number, { codec, channels, blockBytes, blockSamples }: WavFormat): number => {
  const blocks = Math.floor(bytes / blockBytes);
  if (codec !== 'ms-adpcm' && codec !== 'ima-adpcm') return blocks * blockSamples;
  const left = bytes - blocks * blockBytes;
  const missing = Math.ceil(((blockBytes - left) * 2) / channels);
  return blocks * blockSamples + (left === 0 ? 0 : Math.max(0, blockSamples - missing));
};

/** Builds the same audio with the shortest header, whose fields match each other. */
const plainWav = ({ codec, channels, sampleRateHz, bits, blockBytes }: WavFormat, sound: Buffer): Buffer => {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + sound.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(codec === 'float' ? 3 : 1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * blockBytes, 28);
  header.writeUInt16LE(blockBytes, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
};
