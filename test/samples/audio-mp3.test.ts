import { readMp3Structure } from '../../lambdas/samples/audio/mp3-structure';
import { id3Tag, mp3Frame, mp3SummaryFrame } from '../support/audio-bombs/mp3-bombs';

const frames = (count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(mp3Frame(64)));
const mp3 = (...parts: Buffer[]): Buffer => Buffer.concat(parts);
const info = mp3SummaryFrame('Info', 125, 24_000);

/** An ID3v2.4 tag with a footer. */
const tagWithFooter = (): Buffer => {
  const tag = Buffer.concat([id3Tag(Buffer.alloc(50, 0xff)), Buffer.from('3DI\x04\0\x10\0\0\0\x32', 'latin1')]);
  tag[5] = 0x10;
  return tag;
};

const apeTag = (): Buffer => {
  const header = Buffer.alloc(32);
  header.write('APETAGEX', 'latin1');
  header.writeUInt32LE(90_000 + 32, 12);
  header.writeUInt32LE(0xa000_0000, 20);
  return Buffer.concat([header, Buffer.alloc(90_000 + 32, 0xff)]);
};

const vbri = (count: number): Buffer => {
  const frame = mp3Frame(64);
  frame.write('VBRI', 36, 'latin1');
  frame.writeUInt32BE(count, 50);
  return frame;
};

/** An Info header of LAME that tells what it added before and after the sound, in samples. */
const lame = (count: number, before: number, after: number): Buffer => {
  const frame = mp3SummaryFrame('Info', count, 24_000);
  frame.write('LAME3.100', 29, 'latin1');
  frame.writeUIntBE(before * 4_096 + after, 50, 3);
  return frame;
};

/** A frame of free format: 24 kHz, mono, its size known to its encoder alone. */
const freeFrame = (sizeBytes: number): Buffer => {
  const frame = Buffer.alloc(sizeBytes);
  frame.set([0xff, 0xf3, 0x04, 0xc0]);
  return frame;
};

/** A frame of MPEG 1, 48 kHz, mono, 64 kbit/s: 24 ms. */
const frame48kHz = (): Buffer => {
  const frame = Buffer.alloc(192);
  frame.set([0xff, 0xfb, 0x54, 0xc0]);
  return frame;
};

describe('readMp3Structure', () => {
  it.each([
    ['frames alone', frames(125)],
    ['an Info header', mp3(info, frames(125))],
    ['an Info header that counts itself', mp3(mp3SummaryFrame('Info', 126, 24_000), frames(125))],
    ['a Xing header that tells nothing', mp3(mp3SummaryFrame('Xing', 0, 0), frames(125))],
    ['a VBRI header', mp3(vbri(125), frames(125))],
    ['ID3 tags, one of 100 kB', mp3(id3Tag(Buffer.alloc(100_000, 0xff)), id3Tag(Buffer.alloc(9)), frames(125))],
    ['an ID3 tag with a footer', mp3(tagWithFooter(), frames(125))],
    ['padding after its tag', mp3(id3Tag(Buffer.alloc(9)), Buffer.alloc(2_000), frames(125))],
    ['ID3v1 at its end', mp3(frames(125), Buffer.from('TAG'.padEnd(128)))],
    ['APEv2 at its end', mp3(frames(125), apeTag())],
    ['tags and stray bytes between', mp3(frames(60), Buffer.alloc(999, 0xff), id3Tag(Buffer.alloc(9)), frames(65))],
    ['a last frame that is cut', mp3(frames(125), mp3Frame(64).subarray(0, 100))],
    ['zeros before its first frame', mp3(Buffer.alloc(60_000), frames(125))],
    ['a start within a frame', mp3(frames(1).subarray(99), frames(125))],
    ['APEv2 at its start', mp3(apeTag(), frames(125))],
    ['an encoder that added nothing', mp3(lame(125, 0, 0), frames(125))],
    ['an encoder that added sound', mp3(lame(130, 576, 2_304), frames(130))],
    ['a header of an encoder that players do not find', mp3(Buffer.alloc(50), lame(125, 576, 2_304), frames(125))],
    ['an abandoned frame of another rate', mp3(frames(125), Buffer.from([0xff, 0xfb, 0x90, 0x00]))],
  ])('given %s, when read, then it lasts as long as its frames', (_given, file) => {
    expect(readMp3Structure(file)).toMatchObject({ durationS: 3, sampleRateHz: 24_000 });
  });

  it.each([
    ['at once', Buffer.alloc(0)],
    ['after a tag', id3Tag(Buffer.alloc(9))],
    ['after stray bytes', Buffer.alloc(99)],
  ])('given recordings of two rates that are joined %s, when read, then both count', (_given, between) => {
    const file = mp3(...Array<Buffer>(50).fill(frame48kHz()), between, frames(75));

    expect(readMp3Structure(file)).toMatchObject({
      durationS: expect.closeTo(3),
      sampleRateHz: 24_000,
      crossCheck: { sampleRateHz: 48_000 },
    });
  });

  it('given tags before the frames, when read, then the cross-check starts after them and is short', () => {
    const { crossCheck } = readMp3Structure(mp3(id3Tag(Buffer.alloc(9_000, 0xff)), frames(1_000)));

    expect(crossCheck.bytes).toEqual(frames(85));
    expect(crossCheck.durationS).toBeCloseTo(85 * 0.024);
  });

  it('given a header that tells the duration, when read, then the cross-check has to find it', () => {
    expect(readMp3Structure(mp3(info, frames(125))).crossCheck.durationS).toBe(3);
  });

  it('given a bit rate that varies, when read, then the cross-check need not find the duration', () => {
    const { durationS, crossCheck } = readMp3Structure(mp3(frames(62), mp3Frame(32), frames(62)));

    expect(durationS).toBe(3);
    expect(crossCheck.durationS).toBeUndefined();
  });

  it('given frames too short to read ahead in, when read, then the cross-check avoids them', () => {
    const tiny = mp3Frame(8);
    tiny[3] = 0x64; // joint stereo, whose side information is longer
    const file = mp3(...Array<Buffer>(10).fill(tiny), frames(1), tiny, frames(50));

    const { crossCheck, durationS } = readMp3Structure(file);

    expect(durationS).toBeCloseTo(62 * 0.024);
    expect(crossCheck.bytes).toEqual(frames(50));
  });

  it.each([
    [
      'frames that are missing',
      mp3(info, frames(60)),
      /claims 3 s and its frames last 1\.44 s: it is truncated\. .*ffmpeg -i/,
    ],
    ['more frames than its header claims', mp3(info, frames(250)), /claims 3 s and its frames last 6 s/],
    ['a VBRI header that lies', mp3(vbri(9_000_000), frames(125)), /claims 216000 s and its frames last 3 s/],
    ['an ID3 tag alone', id3Tag(Buffer.alloc(60_000)), /not contain two consecutive MPEG layer III frames/],
    ['an ID3 tag beyond its end', id3Tag(Buffer.alloc(99)).subarray(0, 60), /declares 109 bytes, but only 60 are left/],
    ['17 tags', mp3(...Array<Buffer>(17).fill(id3Tag(Buffer.alloc(9))), frames(125)), /more than 16 tags/],
    ['65,537 stray bytes', mp3(frames(9), Buffer.alloc(65_537), frames(9)), /more than 65536 bytes that are neither/],
    [
      'free-format frames',
      mp3(id3Tag(Buffer.alloc(0)), Buffer.alloc(9_000, Buffer.from([0xff, 0xf3, 0x04, 0xc0]))),
      /frames of free format, whose size no header tells.* ffmpeg -i/,
    ],
    [
      'frames of free format between others',
      mp3(
        frames(99),
        ...Array<Buffer>(9).fill(freeFrame(300)),
        freeFrame(301),
        ...Array<Buffer>(9).fill(freeFrame(300)),
        frames(99),
      ),
      /frames of free format/,
    ],
    [
      'layer II',
      mp3(id3Tag(Buffer.alloc(0)), Buffer.alloc(9_000, Buffer.from([0xff, 0xfd, 0x84, 0xc0]))),
      /not contain two/,
    ],
    ['an Info header alone', mp3(id3Tag(Buffer.alloc(0)), info), /contains no audio/],
  ])('given %s, when read, then it is refused with what was found', (_given, file, sentence) => {
    expect(() => readMp3Structure(file)).toThrow(sentence);
  });
});
