/** Offset of a page's checksum. Its four bytes count as 0 in the calculation. */
const checksumAt = 22;
const checksumBytes = 4;
const fourZeros = Buffer.alloc(checksumBytes);
const polynomial = 0x04c1_1db7;

/** Table n advances a byte by n places, so that one step covers four bytes. */
const tables = ((): readonly Int32Array[] => {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte << 24;
    for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ polynomial : value << 1;
    return value;
  });
  const next = (table: Int32Array): Int32Array => table.map((value) => (value << 8) ^ (first[value >>> 24] ?? 0));
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
})();
const [one = new Int32Array(), two = new Int32Array(), three = new Int32Array(), four = new Int32Array()] = tables;

/**
 * Returns whether the checksum of the page from `start` to `end` is correct.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3533#section-6
 */
export const hasValidOggChecksum = (file: Buffer, start: number, end: number): boolean => {
  const bodyStart = start + checksumAt + checksumBytes;
  const head = checksumOf(0, file, start, start + checksumAt);
  const zeros = checksumOf(head, fourZeros, 0, checksumBytes);
  return checksumOf(zeros, file, bodyStart, end) === file.readInt32LE(start + checksumAt);
};

/** Returns the CRC-32 of bytes in OGG's variant: the highest bit first, nothing inverted. */
const checksumOf = (seed: number, bytes: Buffer, start: number, end: number): number => {
  let value = seed;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const next = value ^ bytes.readInt32BE(at);
    value =
      (four[next >>> 24] ?? 0) ^
      (three[(next >>> 16) & 0xff] ?? 0) ^
      (two[(next >>> 8) & 0xff] ?? 0) ^
      (one[next & 0xff] ?? 0);
  }
  for (; at < end; at += 1) value = (value << 8) ^ (one[(value >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  return value;
};
