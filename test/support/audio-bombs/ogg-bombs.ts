import { type AudioBomb, filled, repeated } from './audio-bomb';

/** What a page says of itself, beside its packets. */
export interface OggPageFields {
  readonly sequence: number;
  readonly granule?: bigint;
  readonly flags?: number;
  readonly serial?: number;
  /** Sizes of the segments; without them, those of one packet. */
  readonly segments?: readonly number[];
}

const first = 2;
const continued = 1;

const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value;
});

/** The page with its checksum. */
export const withChecksum = (page: Buffer): Buffer => {
  page.writeUInt32LE(0, 22);
  page.writeUInt32LE(
    page.reduce((sum, byte) => ((sum << 8) ^ checksums[(sum >>> 24) ^ byte]!) >>> 0, 0),
    22,
  );
  return page;
};

/** An OGG page with its checksum. */
export const oggPage = (body: Buffer, fields: OggPageFields): Buffer => {
  const { sequence, granule = 0n, flags = 0, serial = 7 } = fields;
  const segments = fields.segments ?? [...Array<number>(Math.floor(body.length / 255)).fill(255), body.length % 255];
  const header = Buffer.alloc(27);
  header.write('OggS', 'latin1');
  header[5] = flags;
  header.writeBigInt64LE(granule, 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = segments.length;
  return withChecksum(Buffer.concat([header, Buffer.from(segments), body]));
};

/** An identification header of Vorbis: mono, 16 kHz, blocks of 256 and 2,048 samples. */
export const vorbisHead = (): Buffer => {
  const head = Buffer.alloc(30);
  head.write('\x01vorbis', 'latin1');
  head[11] = 1;
  head.writeUInt32LE(16_000, 12);
  head[28] = 0xb8;
  head[29] = 1;
  return head;
};

/** An identification header of Opus: mono, this input rate. */
export const opusHead = (inputRateHz: number): Buffer => {
  const head = Buffer.alloc(19);
  head.write('OpusHead\x01\x01', 'latin1');
  head.writeUInt16LE(312, 10);
  head.writeUInt32LE(inputRateHz, 12);
  return head;
};

const uint32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);

/** A comment packet, which may claim another number of comments than it has. */
export const commentPacket = (start: string, comments: readonly Buffer[], claimed = comments.length): Buffer =>
  Buffer.concat([
    Buffer.from(start, 'latin1'),
    uint32(0),
    uint32(claimed),
    ...comments.flatMap((comment) => [uint32(comment.length), comment]),
  ]);

/** A setup header with one mode, of long blocks: each packet adds 1,024 samples. */
const setupPacket = Buffer.concat([Buffer.from('\x05vorbis', 'latin1'), Buffer.from([0x40, 0, 0, 0, 0, 0x80])]);

/** The pages of a packet from `sequence` on; `fields` go to each. */
export const pagesOf = (packet: Buffer, sequence: number, granule = 0n): Buffer[] => {
  const pages: Buffer[] = [];
  for (let start = 0; start <= packet.length; start += 65_025) {
    const body = packet.subarray(start, start + 65_025);
    const segments = body.length === 65_025 ? Array<number>(255).fill(255) : undefined;
    const flags = start === 0 ? 0 : continued;
    pages.push(oggPage(body, { sequence: sequence + pages.length, granule, flags, ...(segments && { segments }) }));
  }
  return pages;
};

/** The pages before the sound of a Vorbis file. */
export const vorbisStart = (comments: Buffer = commentPacket('\x03vorbis', [])): Buffer[] => {
  const pages = [oggPage(vorbisHead(), { sequence: 0, flags: first }), ...pagesOf(comments, 1)];
  return [...pages, ...pagesOf(setupPacket, pages.length)];
};

/** The pages before the sound of an Opus file. */
export const opusStart = (inputRateHz = 16_000): Buffer[] => [
  oggPage(opusHead(inputRateHz), { sequence: 0, flags: first }),
  oggPage(commentPacket('OpusTags', []), { sequence: 1 }),
];

/** Pages made one after another until the file is full or has so many. */
const file = (
  sizeBytes: number,
  start: readonly Buffer[],
  make: (sequence: number) => Buffer,
  maxPages = Infinity,
): Buffer => {
  const pages = [...start];
  let room = sizeBytes - pages.reduce((sum, page) => sum + page.length, 0);
  while (pages.length < maxPages) {
    const page = make(pages.length);
    room -= page.length;
    if (room < 0) break;
    pages.push(page);
  }
  return Buffer.concat(pages);
};

/** A packet of 20 ms of Opus in so many bytes. */
export const opusPacket = (sizeBytes: number): Buffer => Buffer.alloc(sizeBytes, Buffer.from([0x08, 0x55]));

/** An Opus file with one such packet on each page. */
const opusFile = (sizeBytes: number, packetBytes: number, maxPages = Infinity): Buffer =>
  file(
    sizeBytes,
    opusStart(),
    (sequence) => oggPage(opusPacket(packetBytes), { sequence, granule: BigInt((sequence - 1) * 960) }),
    maxPages,
  );

/** A Vorbis file with this comment packet; each page of sound has 600 bytes and starts like the header `start`. */
const vorbisFile = (sizeBytes: number, comments?: Buffer, start: Buffer = Buffer.alloc(0)): Buffer => {
  const body = Buffer.concat([start, Buffer.alloc(600 - start.length)]);
  return file(sizeBytes, vorbisStart(comments), (sequence) =>
    oggPage(body, { sequence, granule: BigInt(sequence * 900) }),
  );
};

const comments = (all: readonly Buffer[], claimed?: number): Buffer => commentPacket('\x03vorbis', all, claimed);
const lyrics = Buffer.concat([Buffer.from('LYRICS='), repeated(Buffer.from('[00:01.00]a\n'), 500_000)]);
const genres = Array.from({ length: 1_000 }, (_, n) => Buffer.from(`GENRE=${n}`.padEnd(500, 'a')));

/** An Opus header whose comments lie on pages of 255 bytes, followed by sound. */
const scatteredComments = (sizeBytes: number): Buffer => {
  const packet = commentPacket('OpusTags', [Buffer.alloc(500_000, 'a=')]);
  const pages = [oggPage(opusHead(16_000), { sequence: 0, flags: first })];
  for (let start = 0; start + 255 < packet.length; start += 255)
    pages.push(
      oggPage(packet.subarray(start, start + 255), {
        sequence: pages.length,
        granule: -1n,
        segments: [255],
        flags: start === 0 ? 0 : continued,
      }),
    );
  const rest = packet.subarray((pages.length - 1) * 255);
  pages.push(oggPage(rest, { sequence: pages.length, flags: continued }));
  const headerPages = pages.length;
  return file(sizeBytes, pages, (sequence) =>
    oggPage(opusPacket(400), { sequence, granule: BigInt((sequence - headerPages + 1) * 960) }),
  );
};

/** OGG files that cost a parser seconds, or look as if they could. */
export const oggBombs: readonly AudioBomb[] = [
  { name: 'OGG: pages of one byte', make: (size) => opusFile(size, 1), refusal: /more than 60000 pages/ },
  {
    name: 'OGG: pages of nothing',
    make: (size) => file(size, opusStart(), (sequence) => oggPage(Buffer.alloc(0), { sequence, segments: [] })),
    refusal: /more than 60000 pages/,
  },
  {
    name: 'OGG: a stream on every page',
    make: (size) => file(size, [], (serial) => oggPage(vorbisHead(), { serial, sequence: 0, flags: first })),
    refusal: /more than one stream: another starts at page 2/,
  },
  {
    name: 'OGG: two streams in turn',
    make: (size) =>
      file(size, opusStart(), (page) => oggPage(opusPacket(9), { serial: page % 2, sequence: page >> 1 })),
    refusal: /more than one stream: another starts at page 3/,
  },
  {
    name: 'OGG: millions of empty comments',
    make: (size) => vorbisFile(size, filled(size - 100_000, comments([], 2_500_000), uint32(0))),
    refusal: /headers have \d+ bytes; at most 524288/,
  },
  {
    name: 'OGG: 120,000 empty comments in 500 kB',
    make: (size) => vorbisFile(size, filled(500_000, comments([], 120_000), uint32(0))),
    refusal: /120000 comments; at most 1000/,
  },
  { name: 'OGG: 1,000 comments of 500 bytes', make: (size) => vorbisFile(size, comments(genres)) },
  { name: 'OGG: a comment of 500 kB of timed lyrics', make: (size) => vorbisFile(size, comments([lyrics])) },
  { name: 'OGG: a comment of 500 kB on pages of 255 bytes', make: scatteredComments },
  {
    name: 'OGG: comments at the start of every page',
    make: (size) => vorbisFile(size, undefined, filled(600, comments([], 140), uint32(0))),
    refusal: /contains no audio/,
  },
  {
    name: 'OGG: a packet that does not end',
    make: (size) => Buffer.concat(pagesOf(Buffer.alloc(size - 50_000), 2)).subarray(0, -300),
    refusal: /lacks its first page/,
  },
  {
    name: 'OGG: one packet on all pages of sound',
    make: (size) => Buffer.concat([...opusStart(), ...pagesOf(opusPacket(size - 50_000), 2, 960_000n)]),
    refusal: /contains no audio/,
  },
  {
    name: 'OGG: 255 packets of nothing on every page',
    make: (size) =>
      file(size, opusStart(), (sequence) =>
        oggPage(Buffer.alloc(0), { sequence, segments: Array<number>(255).fill(0) }),
      ),
    refusal: /contains no audio/,
  },
  {
    name: 'OGG: 255 packets of a byte on every page',
    make: (size) =>
      file(size, opusStart(), (sequence) =>
        oggPage(Buffer.alloc(255, 0x08), {
          sequence,
          granule: BigInt((sequence - 1) * 255 * 960),
          segments: Array<number>(255).fill(1),
        }),
      ),
    refusal: /nothing but silence/,
  },
  {
    name: 'OGG: a position beyond all time',
    make: (size) => file(size, opusStart(), (sequence) => oggPage(opusPacket(600), { sequence, granule: 1n << 52n })),
  },
  { name: 'OGG: 60,000 pages of one packet', make: (size) => opusFile(size, 140, 60_000) },
  { name: 'OGG: 10 MB in pages of 490 bytes', make: (size) => opusFile(size, 490) },
];
