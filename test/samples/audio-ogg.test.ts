import { readOggStructure } from '../../lambdas/samples/audio/ogg-structure';
import { opusPacketSamples } from '../../lambdas/samples/audio/opus-packet';
import {
  commentPacket,
  oggPage,
  type OggPageFields,
  opusHead,
  opusPacket,
  opusStart,
  vorbisHead,
  vorbisStart,
} from '../support/audio-bombs/ogg-bombs';

/** 50 packets of 20 ms on a page. */
const secondOfOpus = (sequence: number, fields: Partial<OggPageFields> = {}): Buffer =>
  oggPage(opusPacket(5_000), {
    sequence,
    granule: BigInt((sequence - 1) * 48_000),
    segments: Array<number>(50).fill(100),
    ...fields,
  });

const opus = (...pages: Buffer[]): Buffer => Buffer.concat([...opusStart(), ...pages]);
/** A page of 21 packets, which hold 20 * 1,024 samples behind others, and one packet's less as the first ones. */
const vorbisPage = (sequence: number, fields: Partial<OggPageFields> = {}): Buffer =>
  oggPage(Buffer.alloc(210), { sequence, segments: Array<number>(21).fill(10), ...fields });
const vorbis = (comments: Buffer | undefined, granule: bigint, flags = 4): Buffer => {
  const start = vorbisStart(comments);
  return Buffer.concat([...start, vorbisPage(start.length, { granule, flags })]);
};
const firstPage = (head: Buffer): Buffer => oggPage(head, { sequence: 0, flags: 2 });
const withByte = (head: Buffer, offset: number, value: number): Buffer => {
  head[offset] = value;
  return head;
};
const preSkipS = 312 / 48_000;
/** Five seconds, whose pages have these positions in seconds. */
const secondsAt = (positions: readonly number[], lastFlags = 4): Buffer =>
  opus(
    ...positions.map((second, n) =>
      secondOfOpus(n + 2, { granule: BigInt(Math.round(second * 48_000)), flags: n === 4 ? lastFlags : 0 }),
    ),
  );

/** Five seconds, whose pages have these numbers. */
const numbered = (numbers: readonly number[]): Buffer =>
  opus(...numbers.map((sequence, n) => secondOfOpus(sequence, { granule: BigInt((n + 1) * 48_000) })));
/** Packets of 20 ms, of which the one between is another. */
const withPacket = (segments: readonly number[], bytes: Buffer): Buffer =>
  opus(oggPage(bytes, { sequence: 2, granule: 48_000n, segments: [...segments] }), secondOfOpus(3));

describe('readOggStructure', () => {
  it('given Opus, when read, then it plays at 48 kHz without its pre-skip, whatever it was recorded at', () => {
    const { durationS, sampleRateHz, crossCheck } = readOggStructure(opus(secondOfOpus(2), secondOfOpus(3)));

    expect(durationS).toBeCloseTo(2 - 312 / 48_000);
    expect(sampleRateHz).toBe(48_000);
    expect(crossCheck).toMatchObject({ durationS, sampleRateHz: 16_000 });
  });

  it('given headers that are marked as the last page, when read, then the cross-check reads on', () => {
    const head = Buffer.concat(opusStart());
    const marked = Buffer.concat([
      oggPage(opusHead(16_000), { sequence: 0, flags: 6 }),
      oggPage(commentPacket('OpusTags', []), { sequence: 1, flags: 4 }),
    ]);

    const { crossCheck } = readOggStructure(Buffer.concat([marked, secondOfOpus(2, { flags: 4 })]));

    expect([5, 47 + 5].map((at) => crossCheck.bytes[at])).toEqual([2, 0]);
    expect(crossCheck.bytes).toHaveLength(Buffer.concat([head, secondOfOpus(2)]).length);
  });

  it('given Opus that does not state what it was recorded at, when read, then only counting tells its duration', () => {
    const file = Buffer.concat([...opusStart(0), secondOfOpus(2)]);

    expect(readOggStructure(file).crossCheck).toMatchObject({ durationS: undefined, sampleRateHz: 0 });
  });

  it('given Vorbis, when read, then the position at its end trims what its blocks hold', () => {
    expect(readOggStructure(vorbis(undefined, 16_000n))).toMatchObject({ durationS: 1, sampleRateHz: 16_000 });
  });

  it('given many pages, when read, then the cross-check has the headers and the last page', () => {
    const file = opus(secondOfOpus(2), secondOfOpus(3), secondOfOpus(4, { flags: 4 }));

    expect(readOggStructure(file).crossCheck.bytes).toEqual(opus(secondOfOpus(4, { flags: 4 })));
  });

  it.each([
    ['right positions', secondsAt([1, 2, 3, 4, 5]), 5],
    ['an end within the last page', secondsAt([1, 2, 3, 4, 4.6]), 4.6],
    ['an end within the last page that is not marked as such', secondsAt([1, 2, 3, 4, 4.6], 0), 5],
    ['an end a little beyond the packets', secondsAt([1, 2, 3, 4, 5.001]), 5],
    ['a later start', secondsAt([101, 102, 103, 104, 105]), 5],
    ['every page marked as the last one', opus(...[2, 3, 4, 5, 6].map((n) => secondOfOpus(n, { flags: 4 }))), 5],
    ['a hole', secondsAt([1, 2, 33, 34, 35]), 5],
    ['pages that all have the number 0', numbered([0, 0, 0, 0, 0]), 5],
    ['numbers that start again', numbered([2, 3, 0, 1, 2]), 5],
    ['holes of single packets', secondsAt([1.02, 2.08, 3.1, 4.2, 5.2]), 5],
    ['positions of a third', secondsAt([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3]), 5],
    ['positions of 0', secondsAt([0, 0, 0, 0, 0]), 5],
    ['positions that go back', secondsAt([5, 4, 3, 2, 1]), 5],
    ['positions beyond all time', secondsAt([1, 2, 3, 4, 2 ** 46]), 5],
  ])('given Opus with %s, when read, then its packets tell its duration', (_given, file, seconds) => {
    expect(readOggStructure(file).durationS).toBeCloseTo(seconds - preSkipS, 2);
  });

  it.each([
    ['right positions', [20_480, 41_984], 41_984],
    ['an end within its last page', [20_480, 40_000], 40_000],
    ['a later start', [920_480, 941_984], 41_984],
    ['a start within its first page', [18_480, 39_984], 39_984],
    ['positions of 0', [0, 0], 41_984],
    ['positions of a third', [6_827, 13_995], 41_984],
    ['a hole', [20_480, 99_999], 41_984],
  ])('given Vorbis with %s, when read, then its blocks tell its duration', (_given, [first, second], samples) => {
    const start = vorbisStart();
    const pages = [
      vorbisPage(start.length, { granule: BigInt(first!) }),
      vorbisPage(start.length + 1, { granule: BigInt(second!), flags: 4 }),
    ];

    expect(readOggStructure(Buffer.concat([...start, ...pages])).durationS).toBeCloseTo(samples / 16_000);
  });

  it.each([
    ['a line end behind it', Buffer.concat([opus(secondOfOpus(2)), Buffer.from('\n')])],
    ['zeros behind it', Buffer.concat([opus(secondOfOpus(2)), Buffer.alloc(60_000)])],
    ['an ID3v1 tag behind it', Buffer.concat([opus(secondOfOpus(2)), Buffer.from('TAG'.padEnd(128))])],
    ['stray bytes between pages', Buffer.concat([opus(), Buffer.from('Ogg'), secondOfOpus(2)])],
    [
      'an empty last page without a position',
      opus(secondOfOpus(2), oggPage(Buffer.alloc(0), { sequence: 3, granule: -1n, segments: [], flags: 4 })),
    ],
    [
      'an empty page behind its end',
      opus(secondOfOpus(2, { flags: 4 }), oggPage(Buffer.alloc(0), { sequence: 3, segments: [], flags: 4 })),
    ],
    [
      'an empty packet behind its end',
      opus(secondOfOpus(2, { flags: 4 }), oggPage(Buffer.alloc(0), { sequence: 3, segments: [0], flags: 4 })),
    ],
    ['pages that are missing after its headers', opus(secondOfOpus(57, { granule: 48_000n }))],
  ])('given an OGG with %s, when read, then it is as long as without', (_given, file) => {
    expect(readOggStructure(file).durationS).toBeCloseTo(1 - preSkipS);
  });

  it.each([
    ['a cut within the last page', opus(secondOfOpus(2)).subarray(0, -1), /truncated: it ends in page 3/],
    ['a cut within a page header', Buffer.concat([opus(secondOfOpus(2)), Buffer.from('OggS')]), /ends in page 4/],
    [
      'more than 64 KiB of stray bytes',
      Buffer.concat([opus(secondOfOpus(2)), Buffer.alloc(65_537)]),
      /more than 65536 bytes that belong to no page, at byte/,
    ],
    ['a page of another version', opus(withByte(secondOfOpus(2), 4, 1)), /contains no audio/],
    ['a flipped bit', opus(withByte(secondOfOpus(2), 999, 1)), /damaged: the checksum of page 3 is wrong/],
    ['no checksums', opus(withByte(secondOfOpus(2), 22, 0)), /damaged: the checksum of page 3 is wrong/],
    [
      'nothing but packets of silence',
      opus(oggPage(Buffer.alloc(50, 0x08), { sequence: 2, granule: 48_000n, segments: Array<number>(50).fill(1) })),
      /nothing but silence/,
    ],
    [
      'Vorbis of nothing but silence',
      Buffer.concat([
        ...vorbisStart(),
        oggPage(Buffer.alloc(50), { sequence: 9, granule: 48_000n, segments: Array<number>(50).fill(1) }),
      ]),
      /nothing but silence/,
    ],
    ['no first page', opus(secondOfOpus(2)).subarray(47), /lacks its first page/],
    ['a missing page', opus(secondOfOpus(2), secondOfOpus(3), secondOfOpus(5)), /lacks pages: number 5 follows 3/],
    [
      'a page of another stream',
      opus(secondOfOpus(2, { serial: 8 })),
      /more than one stream: another starts at page 3/,
    ],
    ['another file after it', Buffer.concat([opus(secondOfOpus(2)), opus(secondOfOpus(2))]), /more than one stream/],
    ['a packet that breaks off', opus(secondOfOpus(2, { flags: 1 })), /breaks off before page 3/],
    ['headers alone', opus(), /contains no audio/],
    [
      'a packet that does not end',
      opus(oggPage(opusPacket(4_845), { sequence: 2, segments: Array<number>(19).fill(255) })),
      /ends within a/,
    ],
    ['nothing but pre-skip', opus(secondOfOpus(2, { granule: 312n, flags: 4 })), /contains no audio/],
    [
      'a setup without modes',
      Buffer.concat([
        ...vorbisStart().slice(0, 2),
        oggPage(Buffer.from('\x05vorbis\x01'), { sequence: 2 }),
        vorbisPage(3),
      ]),
      /Vorbis headers are incomplete/,
    ],
    ['Speex', firstPage(Buffer.from('Speex   '.padEnd(80))), /holds Speex; only Vorbis and Opus/],
    ['FLAC', firstPage(Buffer.from('\x7fFLAC'.padEnd(51))), /holds FLAC; only Vorbis and Opus/],
    ['an unknown codec', firstPage(Buffer.from('hello')), /no codec that is known here/],
    [
      'a first page of two packets',
      oggPage(vorbisHead(), { sequence: 0, flags: 2, segments: [15, 15] }),
      /page of its own/,
    ],
    ['no channel', firstPage(withByte(vorbisHead(), 11, 0)), /0 channels; 1 to 8/],
    ['255 channels', firstPage(withByte(opusHead(16_000), 9, 255)), /255 channels; 1 to 8/],
    ['a rate of 4 GHz', firstPage(withByte(vorbisHead(), 15, 255)), /4278206080 Hz; the maximum is 192000/],
    ['no comments', Buffer.concat([firstPage(opusHead(16_000)), secondOfOpus(1)]), /Opus headers are incomplete/],
    ['1,001 comments', vorbis(commentPacket('\x03vorbis', [], 1_001), 9n), /1001 comments; at most 1000/],
    [
      'fewer comments than claimed',
      vorbis(commentPacket('\x03vorbis', [Buffer.from('a=b')], 2), 9n),
      /comments claim more/,
    ],
    ['600 kB of comments', vorbis(commentPacket('\x03vorbis', [Buffer.alloc(600_000)]), 9n), /at most 524288/],
    ['Opus without positions', secondsAt([1, 2, 3, 4, 5].map(() => -1 / 48_000)), /no position on page 3/],
    ['a page that comes twice', opus(secondOfOpus(2), secondOfOpus(3), secondOfOpus(3)), /has page 5 twice/],
    ['an empty packet between others', withPacket([100, 0, 100], opusPacket(200)), /empty or broken packet on page 3/],
    [
      'a broken packet at the end of a page',
      withPacket([100, 1], Buffer.concat([opusPacket(100), Buffer.of(3)])),
      /on page 4 or before it.*opusdec/,
    ],
    [
      'Opus of a later version',
      firstPage(withByte(opusHead(16_000), 8, 16)),
      /version or channels that no player knows/,
    ],
    [
      'Opus of three channels without a mapping',
      firstPage(withByte(opusHead(16_000), 9, 3)),
      /channels that no player knows/,
    ],
    ['Opus with half a mapping', firstPage(withByte(opusHead(16_000), 18, 1)), /channels that no player knows/],
    ['Opus with negative positions', secondsAt([1, 2, -2 / 48_000, 4, 5]), /no position on page 5/],
  ])('given %s, when read, then it is refused with what was found', (_given, file, sentence) => {
    expect(() => readOggStructure(file)).toThrow(sentence);
  });
});

describe('opusPacketSamples', () => {
  it.each([
    ['SILK, 60 ms', [0x18, 0], 2_880],
    ['SILK, 20 ms', [0x08, 0], 960],
    ['hybrid, 20 ms', [0x68, 0], 960],
    ['CELT, 2.5 ms', [0x80, 0], 120],
    ['CELT, 20 ms', [0x98, 0], 960],
    ['one byte of silence', [0x08], 960],
    ['two frames of 20 ms', [0x09, 0, 0], 1_920],
    ['two frames of unequal size where only one fits', [0x09, 0], 0],
    ['two sized frames', [0x0a, 1, 7, 7], 1_920],
    ['two sized frames, the first beyond the packet', [0x0a, 9, 7], 0],
    ['six frames of 20 ms', [0x0b, 6, ...Array<number>(6).fill(7)], 5_760],
    ['seven frames of 20 ms, which is too much', [0x0b, 7, ...Array<number>(7).fill(7)], 0],
    ['three frames in four bytes', [0x0b, 3, 7, 7, 7, 7], 0],
    ['no frames', [0x0b, 0], 0],
    ['a count that is missing', [0x0b], 0],
    ['two frames and a byte of padding', [0x0b, 0x42, 1, 7, 7, 0], 1_920],
    ['more padding than packet', [0x0b, 0x42, 9, 7, 7, 0], 0],
    ['padding whose size does not end', [0x0b, 0x42, 255], 0],
    ['three sized frames', [0x0b, 0x83, 1, 2, 7, 8, 8, 9], 2_880],
    ['three sized frames beyond the packet', [0x0b, 0x83, 1, 9, 7], 0],
    ['a frame of more than 1,275 bytes', [0x08, ...Array<number>(1_276).fill(7)], 0],
    ['nothing', [], 0],
  ])('given a packet of %s, when asked, then its samples at 48 kHz are told', (_given, bytes, samples) => {
    expect(opusPacketSamples(Buffer.from(bytes), 0, bytes.length)).toBe(samples);
  });
});
