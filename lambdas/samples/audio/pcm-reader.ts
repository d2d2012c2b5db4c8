import type { WavFormat } from './wav-format';

/** Reads the sample at a byte offset, from -1 to 1. */
export type SampleReader = (bytes: Buffer, at: number) => number;

/**
 * Returns a reader for the samples of a WAV. Returns undefined for codecs whose samples depend on each other. Floats
 * that are NaN count as silence.
 */
export const sampleReader = ({ codec, bits }: WavFormat, isBigEndian: boolean): SampleReader | undefined => {
  if (codec === 'mu-law') return (bytes, at) => muLaw(bytes[at] ?? 0xff);
  if (codec === 'a-law') return (bytes, at) => aLaw(bytes[at] ?? 0xd5);
  if (codec === 'float') return floatReader(bits, isBigEndian);
  return codec === 'pcm' ? pcmReader(Math.ceil(bits / 8), isBigEndian) : undefined;
};

const pcmReader = (size: number, isBigEndian: boolean): SampleReader => {
  if (size === 1) return (bytes, at) => ((bytes[at] ?? 128) - 128) / 128;
  const full = 2 ** (size * 8 - 1);
  return isBigEndian
    ? (bytes, at) => bytes.readIntBE(at, size) / full
    : size === 2
      ? (bytes, at) => bytes.readInt16LE(at) / full
      : (bytes, at) => bytes.readIntLE(at, size) / full;
};

const floatReader = (bits: number, isBigEndian: boolean): SampleReader => {
  const read: SampleReader =
    bits === 64
      ? (bytes, at) => (isBigEndian ? bytes.readDoubleBE(at) : bytes.readDoubleLE(at))
      : (bytes, at) => (isBigEndian ? bytes.readFloatBE(at) : bytes.readFloatLE(at));
  return (bytes, at) => {
    const value = read(bytes, at);
    return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
  };
};

const telephoneFull = 32_768;

/** @see https://www.itu.int/rec/T-REC-G.711 */
const muLaw = (byte: number): number => {
  const code = ~byte & 0xff;
  const size = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80 ? -size : size) / telephoneFull;
};

const aLaw = (byte: number): number => {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80 ? size : -size) / telephoneFull;
};
