import { crc32 } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The chunks of a PNG, by type and content. */
const chunksOf = (png) => {
  const chunks = [];
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
};

const chunk = (type, data) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, sum]);
};

const numbers = (...values) => {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => data.writeUInt32BE(value, 4 * index));
  return data;
};

/** How a frame is shown: the whole picture, for this long, in place of the one before. */
const frameControl = (sequence, header, ms) => {
  const delay = Buffer.alloc(6);
  delay.writeUInt16BE(ms, 0);
  delay.writeUInt16BE(1_000, 2);
  return chunk('fcTL', Buffer.concat([numbers(sequence, header.readUInt32BE(0), header.readUInt32BE(4), 0, 0), delay]));
};

/**
 * Joins screenshots of one size to an animated PNG that repeats for ever, without loss. Each frame is `{png, ms}`.
 * Throws Error if two frames differ in size or in kind of colours.
 */
export const animate = (frames) => {
  const pictures = frames.map(({ png, ms }) => {
    const chunks = chunksOf(png);
    const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((each) => each.data));
    return { header: chunks[0].data, data, ms };
  });
  const [{ header }] = pictures;
  if (pictures.some((picture) => !picture.header.equals(header))) throw new Error('The frames differ in size.');
  let sequence = 0;
  const parts = pictures.flatMap(({ data, ms }, index) => [
    frameControl(sequence++, header, ms),
    index === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([numbers(sequence++), data])),
  ]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('acTL', numbers(frames.length, 0)),
    ...parts,
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
