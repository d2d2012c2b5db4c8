import { InvalidAudioError } from './audio-structure';

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

/** The codecs whose duration follows from their bytes, and MP3, whose duration follows from its frames. */
export type WavCodec = 'pcm' | 'float' | 'a-law' | 'mu-law' | 'ms-adpcm' | 'ima-adpcm' | 'gsm' | 'g722' | 'mp3';

const codecs: Readonly<Record<number, WavCodec>> = {
  1: 'pcm',
  2: 'ms-adpcm',
  3: 'float',
  6: 'a-law',
  7: 'mu-law',
  17: 'ima-adpcm',
  49: 'gsm',
  80: 'mp3',
  85: 'mp3',
  101: 'g722',
  655: 'g722',
};
const extensible = 0xfffe;
/** The codecs for which an extensible format says how many bits of a sample are used. */
const hasBits: readonly WavCodec[] = ['pcm', 'float'];
const maxChannels = 8;
const maxSampleRateHz = 192_000;
const maxPcmBits = 32;

/** Names of other codecs that recorders use. */
const otherCodecs: Readonly<Record<number, string>> = {
  20: 'G.723 ADPCM',
  32: 'Yamaha ADPCM',
  34: 'TrueSpeech',
  64: 'G.721 ADPCM',
  65: 'G.728',
  66: 'G.723.1',
  69: 'G.726 ADPCM',
  87: 'AMR',
  88: 'AMR-WB',
  100: 'G.726 ADPCM',
  131: 'G.729',
  255: 'AAC',
  304: 'ACELP (Sipro)',
  352: 'WMA 1',
  353: 'WMA',
  354: 'WMA Professional',
  355: 'WMA Lossless',
  1_025: 'Indeo Audio',
  5_632: 'AAC (ADTS)',
  5_634: 'AAC (LOAS)',
  8_192: 'AC-3',
  8_193: 'DTS',
  21_318: 'ADPCM of Flash',
  22_127: 'Vorbis',
  26_447: 'Vorbis',
  28_781: 'Opus',
  41_222: 'AAC',
  41_225: 'Speex',
  61_868: 'FLAC',
};

/**
 * Reads the body of a `fmt ` chunk, plain or extensible. Accepts PCM of 8 to 32 bits, IEEE float, A-law, µ-law,
 * Microsoft and IMA ADPCM, GSM 6.10, G.722 and MP3. Accepts 1 to 8 channels and up to 192 kHz. For PCM, float, A-law
 * and µ-law, derives the block size from channels and bits. The header's value is often wrong. Throws
 * `InvalidAudioError` for other formats.
 */
export const readWavFormat = (body: Buffer): WavFormat => {
  if (body.length < 14)
    throw new InvalidAudioError(`The WAV's fmt chunk has ${body.length} bytes; at least 14 are needed. ${save}`);
  const tag = codecTag(body);
  if (tag === undefined)
    throw new InvalidAudioError(`The WAV's codec is unknown: its GUID names none. ${save}`, {
      sampleRateHz: body.readUInt32LE(4),
    });
  const channels = body.readUInt16LE(2);
  const sampleRateHz = body.readUInt32LE(4);
  const statedBlockBytes = body.readUInt16LE(12);
  const statedBits = body.length >= 16 ? body.readUInt16LE(14) : 0;
  const codec = codecs[tag];
  if (codec === undefined)
    throw new InvalidAudioError(
      `The WAV's codec is ${otherCodecs[tag] ?? 'unknown'} (${tag}); PCM, IEEE float, A-law, µ-law, ADPCM of ` +
        `Microsoft and IMA, GSM, G.722 and MP3 are accepted. ${save}`,
      { sampleRateHz },
    );
  if (channels < 1 || channels > maxChannels)
    throw new InvalidAudioError(`The WAV has ${channels} channels; 1 to ${maxChannels} are accepted. ${reduce}`);
  if (sampleRateHz < 1 || sampleRateHz > maxSampleRateHz)
    throw new InvalidAudioError(
      `The WAV has a sample rate of ${sampleRateHz} Hz; the maximum is ${maxSampleRateHz} Hz. ${reduce}`,
    );
  if (codec === 'pcm' && statedBits > maxPcmBits)
    throw new InvalidAudioError(
      `The WAV has PCM of ${statedBits} bits; 8 to ${maxPcmBits} bits are accepted. ${save}`,
      { sampleRateHz },
    );
  const bits = statedBits === 0 ? (statedBlockBytes * 8) / channels : statedBits;
  const block = blockOf(codec, { channels, bits, statedBlockBytes });
  if (block === undefined || (isExtensible(body) && hasBits.includes(codec) && body.readUInt16LE(18) > bits))
    throw new InvalidAudioError(
      `The WAV's samples of ${statedBits} bits in ${channels} channels and blocks of ${statedBlockBytes} bytes do ` +
        `not fit each other. ${save}`,
    );
  return { codec, channels, sampleRateHz, bits, ...block };
};

const save = 'Convert it and send the result: ffmpeg -i recording.wav -c:a pcm_s16le sample.wav';
const reduce = 'Convert it and send the result: ffmpeg -i recording.wav -ac 1 -ar 48000 -c:a pcm_s16le sample.wav';

interface Stated {
  readonly channels: number;
  readonly bits: number;
  readonly statedBlockBytes: number;
}

type Block = Pick<WavFormat, 'blockBytes' | 'blockSamples'>;

const blockOf = (codec: WavCodec, { channels, bits, statedBlockBytes }: Stated): Block | undefined => {
  const sample = (bytes: number): Block => ({ blockBytes: channels * bytes, blockSamples: 1 });
  switch (codec) {
    case 'pcm':
      return bits >= 8 && bits <= 32 && Number.isInteger(bits) ? sample(Math.ceil(bits / 8)) : undefined;
    case 'float':
      return bits === 32 || bits === 64 ? sample(bits / 8) : undefined;
    case 'a-law':
    case 'mu-law':
      return sample(1);
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

const isExtensible = (body: Buffer): boolean => body.readUInt16LE(0) === extensible && body.length >= 40;

/**
 * The ends of GUIDs that begin with a codec: those of Microsoft, and of Ambisonics, whose samples are PCM or float. A
 * big-endian file has neither: its GUID means nothing to players.
 */
const guidEnds = ['000000001000800000aa00389b71', '00002107d3118644c8c1ca000000'];

/** Returns the codec. An extensible format names it in the first two bytes of a GUID. Undefined for another GUID. */
const codecTag = (body: Buffer): number | undefined => {
  if (!isExtensible(body)) return body.readUInt16LE(0);
  return guidEnds.includes(body.toString('hex', 26, 40)) ? body.readUInt16LE(24) : undefined;
};
