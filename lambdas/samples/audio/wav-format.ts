import { InvalidAudioError } from './audio-structure';
import { convertToPcm, isExtensible, readWavCodec, type WavCodec } from './wav-codec';

/** The layout of a WAV's samples. */
export interface WavFormat {
  readonly codec: WavCodec;
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Bits per sample. 0 if the codec does not count in bits. */
  readonly bits: number;
  /** Bytes of one block, all channels together. */
  readonly blockBytes: number;
  /** Samples per channel in one block. The last block may be shorter. */
  readonly blockSamples: number;
}

/** The codecs for which an extensible format says how many bits of a sample are used. */
const codecsWithUsedBits: readonly WavCodec[] = ['pcm', 'float'];
const maxChannels = 8;
const maxSampleRateHz = 192_000;
const maxPcmBits = 32;

/**
 * Reads the body of a `fmt ` chunk, plain or extensible. Accepts PCM of 8 to 32 bits, IEEE float, A-law, µ-law,
 * Microsoft and IMA ADPCM, GSM 6.10, G.722 and MP3. Accepts 1 to 8 channels and up to 192 kHz. For PCM, float, A-law
 * and µ-law, derives the block size from channels and bits, because the header's value is often wrong. Throws
 * `InvalidAudioError` for other formats.
 */
export const readWavFormat = (body: Buffer): WavFormat => {
  if (body.length < 14)
    throw new InvalidAudioError(
      `The WAV's fmt chunk has ${body.length} bytes; at least 14 are needed. ${convertToPcm}`,
    );
  const codec = readWavCodec(body);
  const channels = body.readUInt16LE(2);
  const sampleRateHz = body.readUInt32LE(4);
  const statedBlockBytes = body.readUInt16LE(12);
  const statedBits = body.length >= 16 ? body.readUInt16LE(14) : 0;
  if (channels < 1 || channels > maxChannels)
    throw new InvalidAudioError(`The WAV has ${channels} channels; 1 to ${maxChannels} are accepted. ${convertToMono}`);
  if (sampleRateHz < 1 || sampleRateHz > maxSampleRateHz)
    throw new InvalidAudioError(
      `The WAV has a sample rate of ${sampleRateHz} Hz; the maximum is ${maxSampleRateHz} Hz. ${convertToMono}`,
    );
  if (codec === 'pcm' && statedBits > maxPcmBits)
    throw new InvalidAudioError(
      `The WAV has PCM of ${statedBits} bits; 8 to ${maxPcmBits} bits are accepted. ${convertToPcm}`,
      { sampleRateHz },
    );
  const bits = statedBits === 0 ? (statedBlockBytes * 8) / channels : statedBits;
  const block = blockOf(codec, { channels, bits, statedBlockBytes });
  const usedBits = isExtensible(body) && codecsWithUsedBits.includes(codec) ? body.readUInt16LE(18) : 0;
  if (block === undefined || usedBits > bits)
    throw new InvalidAudioError(
      `The WAV's samples of ${statedBits} bits in ${channels} channels and blocks of ${statedBlockBytes} bytes do ` +
        `not fit each other. ${convertToPcm}`,
    );
  return { codec, channels, sampleRateHz, bits, ...block };
};

const convertToMono =
  'Convert it and send the result: ffmpeg -i recording.wav -ac 1 -ar 48000 -c:a pcm_s16le sample.wav';

/** The block fields of a `fmt ` chunk. */
interface BlockFields {
  readonly channels: number;
  readonly bits: number;
  readonly statedBlockBytes: number;
}

type Block = Pick<WavFormat, 'blockBytes' | 'blockSamples'>;

const blockOf = (codec: WavCodec, { channels, bits, statedBlockBytes }: BlockFields): Block | undefined => {
  const oneSample = (bytes: number): Block => ({ blockBytes: channels * bytes, blockSamples: 1 });
  switch (codec) {
    case 'pcm':
      return bits >= 8 && bits <= 32 && Number.isInteger(bits) ? oneSample(Math.ceil(bits / 8)) : undefined;
    case 'float':
      return bits === 32 || bits === 64 ? oneSample(bits / 8) : undefined;
    case 'a-law':
    case 'mu-law':
      return oneSample(1);
    case 'ms-adpcm':
      return adpcmBlock(statedBlockBytes, 7 * channels, 2, channels);
    case 'ima-adpcm':
      return adpcmBlock(statedBlockBytes, 4 * channels, 1, channels);
    case 'gsm':
      return channels === 1 ? { blockBytes: 65, blockSamples: 320 } : undefined;
    case 'g722':
      return { blockBytes: channels, blockSamples: 2 };
    case 'mp3':
      return { blockBytes: 1, blockSamples: 0 };
  }
};

/** Returns the samples of an ADPCM block: a head with some samples of each channel, then two samples a byte. */
const adpcmBlock = (blockBytes: number, headBytes: number, headSamples: number, channels: number): Block | undefined =>
  blockBytes > headBytes
    ? { blockBytes, blockSamples: headSamples + Math.floor(((blockBytes - headBytes) * 2) / channels) }
    : undefined;
