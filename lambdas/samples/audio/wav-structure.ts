import { type AudioStructure, InvalidAudioError } from './audio-structure';
import { likelyFormat } from './likely-format';
import { hasMp3Frames, startsAsMp3 } from './mp3-frames';
import { readMp3Structure } from './mp3-structure';
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
  const wavFormat = readWavFormat(format);
  if (wavFormat.codec === 'mp3') return readMp3In(sound);
  const otherFile = wavFormat.codec === 'pcm' ? fileIn(sound) : undefined;
  if (otherFile !== undefined)
    throw new InvalidAudioError(
      `The WAV's header says PCM, but its audio is ${otherFile}. Send that file without the header of a WAV before it.`,
    );
  const { sampleRateHz, blockSamples } = wavFormat;
  const samples = samplesIn(sound.length, wavFormat);
  if (samples === 0) throw new InvalidAudioError('The WAV contains no audio. Send a complete recording.');
  const durationS = samples / sampleRateHz;
  const crossCheck = {
    bytes: plainWav(wavFormat, sound),
    durationS: blockSamples === 1 ? durationS : undefined,
    sampleRateHz,
  };
  const read = frameReader(wavFormat, sound, { isBigEndian });
  return {
    durationS,
    sampleRateHz,
    crossCheck,
    ...(read !== undefined && {
      sound: { channels: wavFormat.channels, sampleRateHz, samples, step: stepOf(wavFormat), read },
    }),
    ...(uncountedBytes > 0 && { unheard: unheardIn(uncountedBytes) }),
  };
};

const unheardIn = (bytes: number): string =>
  `The header does not count ${bytes} bytes after this audio, so players ignore them. If they are audio, let a ` +
  'program write the file anew: ffmpeg -ignore_length 1 -i recording.wav -c:a pcm_s16le sample.wav';

/** Names the file that a sender put behind the header of a WAV, if its start is certain. */
const fileIn = (sound: Buffer): string | undefined =>
  startsAsMp3(sound) ? 'an MP3' : otherFiles[sound.toString('latin1', 0, 4)];

const otherFiles: Readonly<Record<string, string>> = {
  OggS: 'an OGG',
  fLaC: 'a FLAC',
  '\x1a\x45\xdf\xa3': 'a WebM',
};

/** Reads MP3 in a WAV. The cross-check has only the frames. Layers I and II have the same codec number. */
const readMp3In = (sound: Buffer): AudioStructure => {
  const otherFormat = hasMp3Frames(sound) ? undefined : likelyFormat(sound);
  if (otherFormat !== undefined) throw new InvalidAudioError(`The WAV holds ${otherFormat}`);
  const structure = readMp3Structure(sound);
  return { ...structure, crossCheck: { ...structure.crossCheck, format: 'mp3' } };
};

/** Counts the samples in whole blocks, and for ADPCM also in a last block that is cut short. */
const samplesIn = (bytes: number, { codec, channels, blockBytes, blockSamples }: WavFormat): number => {
  const blocks = Math.floor(bytes / blockBytes);
  if (codec !== 'ms-adpcm' && codec !== 'ima-adpcm') return blocks * blockSamples;
  const partialBytes = bytes - blocks * blockBytes;
  if (partialBytes === 0) return blocks * blockSamples;
  const missingSamples = Math.ceil(((blockBytes - partialBytes) * 2) / channels);
  return blocks * blockSamples + Math.max(0, blockSamples - missingSamples);
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
