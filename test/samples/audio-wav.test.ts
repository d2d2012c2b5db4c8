import { readWavStructure } from '../../lambdas/samples/audio/wav-structure';
import { riffChunk } from '../support/audio-bombs/wav-bombs';

interface Format {
  tag?: number;
  channels?: number;
  rateHz?: number;
  blockBytes?: number;
  bits?: number;
}

const formatChunk = (format: Format = {}, extension: Buffer = Buffer.alloc(0)): Buffer => {
  const { tag = 1, channels = 1, rateHz = 16_000, bits = 16 } = format;
  const { blockBytes = (channels * bits) / 8 } = format;
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rateHz, 4);
  body.writeUInt16LE(blockBytes, 12);
  body.writeUInt16LE(bits, 14);
  return riffChunk('fmt ', Buffer.concat([body, extension]));
};

/** Extension size, valid bits, channel mask, and the GUID that starts with this tag. */
const extensionOf = (tag: number): Buffer => Buffer.from([22, 0, 16, 0, 0, 0, 0, 0, tag, ...Array<number>(15).fill(0)]);

const wav = (...chunks: Buffer[]): Buffer => Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), ...chunks]);
const second = Buffer.alloc(32_000, 1);
const data = riffChunk('data', second);

describe('readWavStructure', () => {
  it.each([
    ['odd chunks before the data', wav(formatChunk(), riffChunk('JUNK', Buffer.alloc(7)), data)],
    ['a fact chunk that lies', wav(formatChunk(), riffChunk('fact', Buffer.alloc(4, 0xff)), data)],
    [
      '99 chunks before the data',
      wav(formatChunk(), ...Array.from({ length: 99 }, () => riffChunk('a   ', second)), data),
    ],
    ['bytes after the data', wav(formatChunk(), data, Buffer.from('TAGxx'))],
    ['a second data chunk', wav(formatChunk(), data, data)],
    ['an unknown length of 0xFFFFFFFF', wav(formatChunk(), riffChunk('data', second, 0xffff_ffff))],
    ['an unknown length of 0x7FFFF000', wav(formatChunk(), riffChunk('data', second, 0x7fff_f000))],
    ['an unknown length of 0', wav(formatChunk(), riffChunk('data', second, 0))],
    ['an extensible format of PCM', wav(formatChunk({ tag: 0xfffe }, extensionOf(1)), data)],
    ['a sample that is not complete', wav(formatChunk(), riffChunk('data', Buffer.alloc(32_001)))],
  ])('given %s, when read, then it lasts a second', (_given, file) => {
    expect(readWavStructure(file)).toMatchObject({ durationS: 1, sampleRateHz: 16_000 });
  });

  it('given tags around the sound, when read, then the cross-check has none of them', () => {
    const file = wav(riffChunk('LIST', Buffer.alloc(999)), formatChunk(), riffChunk('id3 ', second), data);

    const { crossCheck } = readWavStructure(file);

    expect(crossCheck.bytes).toHaveLength(44 + second.length);
    expect(crossCheck).toMatchObject({ durationS: 1, sampleRateHz: 16_000 });
  });

  it.each([
    ['no data', wav(formatChunk()), /without a data chunk/],
    ['data before its format', wav(data, formatChunk()), /no fmt chunk before the data chunk/],
    ['a format of 12 bytes', wav(riffChunk('fmt ', Buffer.alloc(12)), data), /has 12 bytes; at least 16/],
    [
      '100 chunks before its data',
      wav(formatChunk(), ...Array.from({ length: 100 }, () => riffChunk('a   ', second)), data),
      /100/,
    ],
    ['no channel', wav(formatChunk({ channels: 0 }), data), /0 channels; 1 to 8/],
    ['9 channels', wav(formatChunk({ channels: 9 }), data), /9 channels; 1 to 8/],
    ['a rate of 0', wav(formatChunk({ rateHz: 0 }), data), /0 Hz; at most 192000/],
    ['a rate of 4 GHz', wav(formatChunk({ rateHz: 4_000_000_000 }), data), /4000000000 Hz; at most 192000/],
    ['12 bits', wav(formatChunk({ bits: 12, blockBytes: 2 }), data), /12 bits .* blocks of 2 bytes do not fit/],
    ['blocks of 0 bytes', wav(formatChunk({ blockBytes: 0 }), data), /blocks of 0 bytes do not fit/],
    ['floats of 16 bits', wav(formatChunk({ tag: 3 }), data), /16 bits .* do not fit/],
    ['ADPCM', wav(formatChunk({ tag: 2, bits: 4, blockBytes: 256 }), data), /Microsoft ADPCM \(2\)/],
    ['µ-law', wav(formatChunk({ tag: 7, bits: 8 }), data), /µ-law \(7\)/],
    ['an extensible format of A-law', wav(formatChunk({ tag: 0xfffe, bits: 8 }, extensionOf(6)), data), /A-law \(6\)/],
    ['an extensible format cut short', wav(formatChunk({ tag: 0xfffe }), data), /unknown \(65534\)/],
    [
      'one byte less than announced',
      wav(formatChunk(), data).subarray(0, -1),
      /declares 32000 bytes of audio, but only 31999 are present/,
    ],
    ['no sample', wav(formatChunk(), riffChunk('data', Buffer.alloc(1))), /contains no audio/],
  ])('given %s, when read, then it is refused with what was found', (_given, file, sentence) => {
    expect(() => readWavStructure(file)).toThrow(sentence);
  });
});
