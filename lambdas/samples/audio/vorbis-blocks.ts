import { InvalidAudioError } from './audio-structure';
import type { PacketCounter } from './ogg-packets';

/** Each mode has a flag, two 16-bit numbers that are 0, and a mapping below 64. */
const modeBits = 41;
const countBits = 6;
const maxModes = 64;
const maxMapping = 63;

/** The data that gives the duration of each packet in a Vorbis stream. */
export interface VorbisBlocks {
  /** Samples of a short and of a long block. */
  readonly sizes: readonly [number, number];
  /** Whether the packets of each mode have long blocks. */
  readonly isLong: readonly boolean[];
}

/**
 * Reads which modes of a setup header have long blocks. The modes are at its end, before one last bit, so nothing else
 * is read. Throws `InvalidAudioError` if the header is not valid.
 *
 * @see https://xiph.org/vorbis/doc/Vorbis_I_spec.html#x1-650004.2.4
 */
export const readVorbisModes = (setup: Buffer): readonly boolean[] => {
  const bitAt = (bit: number): number => ((setup[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  const numberAt = (bit: number, bits: number): number => {
    let value = 0;
    for (let n = bits - 1; n >= 0; n -= 1) value = value * 2 + bitAt(bit + n);
    return value;
  };
  let end = setup.length * 8;
  while (end > 0 && bitAt(end - 1) === 0) end -= 1;
  const isMode = (start: number): boolean =>
    start > 0 && numberAt(start + 1, 32) === 0 && numberAt(start + 33, 8) <= maxMapping;
  let statedModes: boolean[] | undefined;
  const modes: boolean[] = [];
  for (let start = end - 1 - modeBits; modes.length < maxModes && isMode(start); start -= modeBits) {
    modes.unshift(bitAt(start) === 1);
    if (start >= countBits && numberAt(start - countBits, countBits) + 1 === modes.length) statedModes = [...modes];
  }
  if (statedModes === undefined)
    throw new InvalidAudioError("The OGG's Vorbis headers are incomplete. Send a complete recording.");
  return statedModes;
};

/**
 * Counts Vorbis packets by their blocks. Each packet adds a quarter of its own block and of the previous one. The first
 * packet adds nothing.
 *
 * @see https://xiph.org/vorbis/doc/Vorbis_I_spec.html#x1-690004.3.2
 */
export const vorbisPacketCounter = ({ sizes, isLong }: VorbisBlocks): PacketCounter => {
  const modeMask = 2 ** Math.ceil(Math.log2(isLong.length)) - 1;
  let before: number | undefined;
  return (file, start) => {
    const first = file[start] ?? 0;
    const long = isLong[(first >> 1) & modeMask];
    const isSound = (first & 1) === 0 && long !== undefined;
    if (!isSound) return 0;
    const size = sizes[long ? 1 : 0];
    const samples = before === undefined ? 0 : (before + size) / 4;
    before = size;
    return samples;
  };
};
