import type { Sound } from './sound-levels';
import type { WavCodec } from './wav-codec';
import type { WavFormat } from './wav-format';

/** Decodes the samples of a channel in one block. A block that is cut short counts as filled with zeros. */
type BlockDecoder = (block: Uint8Array, channel: number, channels: number, into: Float32Array) => void;

const fullScale = 32_768;
/** The largest ADPCM block that encoders write, in bytes. A part of a larger one would cost too much to reach. */
export const maxAdpcmBlockBytes = 4_096;

/** Returns a reader for ADPCM. It decodes the blocks that are asked for, and keeps the last one of each channel. */
export const adpcmReader = (
  { codec, channels, blockBytes, blockSamples }: WavFormat,
  sound: Buffer,
): Sound['read'] | undefined => {
  const decode = blockDecoderOf(codec);
  if (decode === undefined || blockBytes > maxAdpcmBlockBytes) return undefined;
  const noBlock = () => ({ index: -1, samples: new Float32Array(blockSamples) });
  const lastBlocks = Array.from({ length: channels }, noBlock);
  const samplesIn = (index: number, channel: number): Float32Array => {
    const lastBlock = lastBlocks[channel] ?? noBlock();
    if (lastBlock.index !== index) {
      const block = sound.subarray(index * blockBytes, (index + 1) * blockBytes);
      decode(block, channel, channels, lastBlock.samples);
      lastBlock.index = index;
    }
    return lastBlock.samples;
  };
  return (channel, start, into) => {
    for (let filled = 0; filled < into.length;) {
      const at = (start + filled) % blockSamples;
      const part = samplesIn(Math.floor((start + filled) / blockSamples), channel).subarray(at);
      into.set(part.subarray(0, into.length - filled), filled);
      filled += part.length;
    }
  };
};

const blockDecoderOf = (codec: WavCodec): BlockDecoder | undefined => {
  if (codec === 'ima-adpcm') return imaBlock;
  return codec === 'ms-adpcm' ? msBlock : undefined;
};

const int16At = (block: Uint8Array, at: number): number =>
  (((block[at] ?? 0) | ((block[at + 1] ?? 0) << 8)) << 16) >> 16;
const clamp = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value));
const clampSample = (value: number): number => clamp(value, -fullScale, fullScale - 1);

// prettier-ignore
const imaSteps = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28,
  31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494,
  544, 598, 658, 724, 796, 876, 963, 1_060, 1_166, 1_282, 1_411, 1_552, 1_707, 1_878, 2_066,
  2_272, 2_499, 2_749, 3_024, 3_327, 3_660, 4_026, 4_428, 4_871, 5_358, 5_894, 6_484, 7_132, 7_845, 8_630,
  9_493, 10_442, 11_487, 12_635, 13_899, 15_289, 16_818, 18_500, 20_350, 22_385, 24_623, 27_086, 29_794, 32_767,
];
const imaIndexChanges = [-1, -1, -1, -1, 2, 4, 6, 8];

/** @see https://wiki.multimedia.cx/index.php/Microsoft_IMA_ADPCM Each channel in turn has four bytes, eight samples. */
const imaBlock: BlockDecoder = (block, channel, channels, into) => {
  let value = int16At(block, channel * 4);
  let index = clamp(block[channel * 4 + 2] ?? 0, 0, imaSteps.length - 1);
  into[0] = value / fullScale;
  for (let n = 0; n + 1 < into.length; n += 1) {
    const word = channels * 4 * (1 + Math.floor(n / 8)) + channel * 4;
    const byte = block[word + Math.floor((n % 8) / 2)] ?? 0;
    const code = n % 2 === 0 ? byte & 0xf : byte >> 4;
    const step = imaSteps[index] ?? 0;
    const change = (step >> 3) + (code & 4 ? step : 0) + (code & 2 ? step >> 1 : 0) + (code & 1 ? step >> 2 : 0);
    value = clampSample(code & 8 ? value - change : value + change);
    index = clamp(index + (imaIndexChanges[code & 7] ?? 0), 0, imaSteps.length - 1);
    into[n + 1] = value / fullScale;
  }
};

const msFactors = [
  [256, 0],
  [512, -256],
  [0, 0],
  [192, 64],
  [240, 0],
  [460, -208],
  [392, -232],
] as const;
const msAdaptations = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];

/** @see https://wiki.multimedia.cx/index.php/Microsoft_ADPCM The channels' samples take turns, the high bits first. */
const msBlock: BlockDecoder = (block, channel, channels, into) => {
  const [lastFactor, beforeFactor] = msFactors[block[channel] ?? 0] ?? msFactors[0];
  const fieldAt = (field: number): number => int16At(block, channels + 2 * (field * channels + channel));
  let delta = fieldAt(0);
  let last = fieldAt(1);
  let before = fieldAt(2);
  into[0] = before / fullScale;
  into[1] = last / fullScale;
  for (let n = 0; n + 2 < into.length; n += 1) {
    const nibble = n * channels + channel;
    const byte = block[7 * channels + (nibble >> 1)] ?? 0;
    const code = nibble % 2 === 0 ? byte >> 4 : byte & 0xf;
    const signed = code < 8 ? code : code - 16;
    const value = clampSample(((last * lastFactor + before * beforeFactor) >> 8) + signed * delta);
    delta = Math.max(16, (delta * (msAdaptations[code] ?? 0)) >> 8);
    before = last;
    last = value;
    into[n + 2] = value / fullScale;
  }
};
