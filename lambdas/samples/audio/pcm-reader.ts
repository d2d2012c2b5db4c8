import { adpcmReader } from './adpcm-reader';
import type { Sound } from './sound-levels';
import type { WavFormat } from './wav-format';

/** Reads the sample at a byte offset, from -1 to 1. */
type SampleReader = (bytes: Buffer, at: number) => number;

interface ByteOrder {
  readonly isBigEndian: boolean;
}

/**
 * Returns a reader for the samples of a WAV. Returns undefined for GSM and G.722. Floats that are NaN count as silence.
 */
export const frameReader = (format: WavFormat, sound: Buffer, order: ByteOrder): Sound['read'] | undefined => {
  const { codec, bits, channels, blockBytes } = format;
  if (codec === 'pcm' && bits > 8 && bits <= 16 && !order.isBigEndian) return frameReader16(sound, blockBytes);
  const sampleAt = sampleReader(format, order);
  if (sampleAt === undefined) return adpcmReader(format, sound);
  return (channel, start, into) => {
    for (let n = 0; n < into.length; n += 1)
      into[n] = sampleAt(sound, (start + n) * blockBytes + channel * (blockBytes / channels));
  };
};

/** Reads 16 bits, little-endian, as nearly all WAVs have, without a call for each sample. */
const frameReader16 = (sound: Buffer, blockBytes: number): Sound['read'] => {
  const view = new DataView(sound.buffer, sound.byteOffset, sound.length);
  return (channel, start, into) => {
    let at = start * blockBytes + channel * 2;
    for (let n = 0; n < into.length; n += 1) {
      into[n] = view.getInt16(at, true) / 32_768;
      at += blockBytes;
    }
  };
};

/** Returns the smallest step of amplitude near 0. 0 if it is 16 bits or finer. */
export const stepOf = ({ codec, bits }: Pick<WavFormat, 'codec' | 'bits'>): number => {
  if (codec === 'a-law') return 16 / telephoneFullScale;
  if (codec === 'mu-law') return 8 / telephoneFullScale;
  return codec === 'pcm' && bits === 8 ? 1 / 128 : 0;
};

const sampleReader = ({ codec, bits }: WavFormat, order: ByteOrder): SampleReader | undefined => {
  if (codec === 'mu-law') return (bytes, at) => muLaw(bytes[at] ?? 0xff);
  if (codec === 'a-law') return (bytes, at) => aLaw(bytes[at] ?? 0xd5);
  if (codec === 'float') return floatReader(bits, order);
  return codec === 'pcm' ? pcmReader(Math.ceil(bits / 8), order) : undefined;
};

const pcmReader = (bytesPerSample: number, { isBigEndian }: ByteOrder): SampleReader => {
  if (bytesPerSample === 1) return (bytes, at) => ((bytes[at] ?? 128) - 128) / 128;
  const fullScale = 2 ** (bytesPerSample * 8 - 1);
  return isBigEndian
    ? (bytes, at) => bytes.readIntBE(at, bytesPerSample) / fullScale
    : (bytes, at) => bytes.readIntLE(at, bytesPerSample) / fullScale;
};

const floatReader = (bits: number, { isBigEndian }: ByteOrder): SampleReader => {
  const read: SampleReader =
    bits === 64
      ? (bytes, at) => (isBigEndian ? bytes.readDoubleBE(at) : bytes.readDoubleLE(at))
      : (bytes, at) => (isBigEndian ? bytes.readFloatBE(at) : bytes.readFloatLE(at));
  return (bytes, at) => {
    const value = read(bytes, at);
    return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
  };
};

const telephoneFullScale = 32_768;

/** @see https://www.itu.int/rec/T-REC-G.711 */
const muLaw = (byte: number): number => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80 ? -magnitude : magnitude) / telephoneFullScale;
};

const aLaw = (byte: number): number => {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80 ? magnitude : -magnitude) / telephoneFullScale;
};
