/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const sizes = [0, 1, 7, 8, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/**
 * A damaged copy of `file`: bits flipped, cut, spliced with `other`, a block repeated or taken out, a size field
 * overwritten.
 */
export const mutated = (file: Buffer, other: Buffer, random: () => number): Buffer => {
  const below = (limit: number): number => Math.floor(random() * limit);
  /** Mostly near the start, where the headers are. */
  const place = (buffer: Buffer): number => below(Math.min(buffer.length, [48, 400, buffer.length][below(3)]!));
  const copy = Buffer.from(file);
  const start = place(file);
  const end = start + below(Math.min(4_096, file.length - start));
  const kinds: readonly (() => Buffer)[] = [
    () => {
      for (let flips = 1 + below(20); flips > 0; flips -= 1) copy[place(copy)]! ^= 1 << below(8);
      return copy;
    },
    () => copy.subarray(0, below(copy.length)),
    () => copy.subarray(below(Math.min(copy.length, 200))),
    () => Buffer.concat([copy.subarray(0, start), other.subarray(place(other))]),
    () => Buffer.concat([copy.subarray(0, end), ...Array<Buffer>(1 + below(20)).fill(copy.subarray(start))]),
    () => Buffer.concat([copy.subarray(0, start), copy.subarray(end)]),
    () => Buffer.concat([copy.subarray(0, start), other.subarray(0, below(4_096)), copy.subarray(start)]),
    () => {
      const field = Math.min(start, copy.length - 4);
      const size = sizes[below(sizes.length)]!;
      return random() < 0.5 ? (copy.writeUInt32LE(size, field), copy) : (copy.writeUInt32BE(size, field), copy);
    },
  ];
  return kinds[below(kinds.length)]!();
};

const oggHead = 27;
const checksumAt = 22;

/** The file with the checksum of each whole page of OGG made right. */
export const withOggChecksums = (file: Buffer): Buffer => {
  const mended = Buffer.from(file);
  for (let start = mended.indexOf('OggS'); start >= 0; start = mended.indexOf('OggS', start + 4)) {
    const segments = mended[start + oggHead - 1] ?? 0;
    const bodyStart = start + oggHead + segments;
    const end = mended.subarray(start + oggHead, bodyStart).reduce((sum, size) => sum + size, bodyStart);
    if (end > mended.length) continue;
    mended.writeUInt32LE(0, start + checksumAt);
    mended.writeUInt32LE(oggChecksum(mended.subarray(start, end)), start + checksumAt);
  }
  return mended;
};

/** CRC-32 of OGG: polynomial 0x04c11db7, neither reflected nor inverted. */
const oggChecksum = (page: Uint8Array): number => {
  let sum = 0;
  for (const byte of page) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
};
