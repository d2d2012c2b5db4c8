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
const vorbis = (comments: Buffer | undefined, granule: bigint): Buffer => {
  const start = vorbisStart(comments);
  const segments = Array<number>(20).fill(10);
  return Buffer.concat([...start, oggPage(Buffer.alloc(200), { sequence: start.length, granule, segments })]);
};
const firstPage = (head: Buffer): Buffer => oggPage(head, { sequence: 0, flags: 2 });
const withByte = (head: Buffer, offset: number, value: number): Buffer => {
  head[offset] = value;
  return head;
};

describe('readOggStructure', () => {
  it('given Opus, when read, then it plays at 48 kHz without its pre-skip, whatever it was recorded at', () => {
    const { durationS, sampleRateHz, crossCheck } = readOggStructure(opus(secondOfOpus(2), secondOfOpus(3)));

    expect(durationS).toBeCloseTo(2 - 312 / 48_000);
    expect(sampleRateHz).toBe(48_000);
    expect(crossCheck).toMatchObject({ durationS, sampleRateHz: 16_000 });
  });

  it('given Opus that does not state what it was recorded at, when read, then only counting tells its duration', () => {
    const file = Buffer.concat([...opusStart(0), secondOfOpus(2)]);

    expect(readOggStructure(file).crossCheck).toMatchObject({ durationS: undefined, sampleRateHz: 0 });
  });

  it('given Vorbis, when read, then the position at its end is its duration', () => {
    expect(readOggStructure(vorbis(undefined, 16_000n))).toMatchObject({ durationS: 1, sampleRateHz: 16_000 });
  });

  it('given many pages, when read, then the cross-check has the headers and the last page', () => {
    const file = opus(secondOfOpus(2), secondOfOpus(3), secondOfOpus(4, { flags: 4 }));

    expect(readOggStructure(file).crossCheck.bytes).toEqual(opus(secondOfOpus(4, { flags: 4 })));
  });

  it.each([
    ['a cut within the last page', opus(secondOfOpus(2)).subarray(0, -1), /truncated: it ends in page 3/],
    ['a cut within a page header', Buffer.concat([opus(secondOfOpus(2)), Buffer.from('OggS')]), /ends in page 4/],
    [
      'bytes after its last page',
      Buffer.concat([opus(secondOfOpus(2)), Buffer.alloc(99)]),
      /something else than a page at byte/,
    ],
    ['a page of another version', opus(withByte(secondOfOpus(2), 4, 1)), /something else than a page/],
    ['no first page', opus(secondOfOpus(2)).subarray(47), /lacks its first page/],
    ['a missing page', opus(secondOfOpus(3)), /lacks pages: number 3 follows 1/],
    [
      'a page of another stream',
      opus(secondOfOpus(2, { serial: 8 })),
      /more than one stream: another starts at page 3/,
    ],
    ['a page after its end', opus(secondOfOpus(2, { flags: 4 }), secondOfOpus(3)), /more than one stream/],
    ['another file after it', Buffer.concat([opus(secondOfOpus(2)), opus(secondOfOpus(2))]), /more than one stream/],
    ['a packet that breaks off', opus(secondOfOpus(2, { flags: 1 })), /breaks off before page 3/],
    ['an empty page', opus(oggPage(Buffer.alloc(0), { sequence: 2, segments: [] })), /empty page, number 3/],
    [
      'positions that go back',
      opus(secondOfOpus(2), secondOfOpus(3, { granule: 7n })),
      /goes backwards on page 4, from 48000 to 7\./,
    ],
    ['a negative position', opus(secondOfOpus(2, { granule: -2n })), /impossible sample -2/],
    ['no position at its end', opus(secondOfOpus(2, { granule: -1n })), /ends in a packet/],
    ['headers alone', opus(), /ends in a packet, or before its audio/],
    ['nothing but pre-skip', opus(secondOfOpus(2, { granule: 312n })), /contains no audio/],
    [
      'Opus that claims too much',
      opus(secondOfOpus(2, { granule: 99_000n })),
      /claims 2\.05 s and its packets last at most 1 s/,
    ],
    ['Vorbis that claims too much', vorbis(undefined, 20_481n), /claims 1\.28 s and its packets last at most 1\.28 s/],
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
    ['a rate of 4 GHz', firstPage(withByte(vorbisHead(), 15, 255)), /4278206080 Hz; at most 192000/],
    ['no comments', Buffer.concat([firstPage(opusHead(16_000)), secondOfOpus(1)]), /Opus headers are incomplete/],
    ['1,001 comments', vorbis(commentPacket('\x03vorbis', [], 1_001), 9n), /1001 comments; at most 1000/],
    [
      'fewer comments than claimed',
      vorbis(commentPacket('\x03vorbis', [Buffer.from('a=b')], 2), 9n),
      /comments claim more/,
    ],
    ['600 kB of comments', vorbis(commentPacket('\x03vorbis', [Buffer.alloc(600_000)]), 9n), /at most 524288/],
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
    ['two frames of 20 ms', [0x09, 0], 1_920],
    ['six frames of 20 ms', [0x0b, 6], 5_760],
    ['seven frames of 20 ms, which is too much', [0x0b, 7], 0],
  ])('given a packet of %s, when asked, then its samples at 48 kHz are told', (_given, bytes, samples) => {
    expect(opusPacketSamples(Buffer.from(bytes), 0)).toBe(samples);
  });
});
