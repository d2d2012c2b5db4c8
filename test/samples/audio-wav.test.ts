import { readWavStructure } from '../../lambdas/samples/audio/wav-structure';
import { mp3Frame } from '../support/audio-bombs/mp3-bombs';
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

const guidOfPcm = '0100000000001000800000aa00389b71';
const guidOfAmbisonics = '010000002107d3118644c8c1ca000000';
/** Extension size, valid bits, channel mask, and a GUID. */
const extensionOf = (guid: string): Buffer =>
  Buffer.concat([Buffer.from([22, 0, 16, 0, 0, 0, 0, 0]), Buffer.from(guid, 'hex')]);

const wav = (...chunks: Buffer[]): Buffer => Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), ...chunks]);
const second = Buffer.alloc(32_000, 1);
const data = riffChunk('data', second);

const long = (id: string, dataBytes: bigint): Buffer => {
  const sizes = Buffer.alloc(28);
  sizes.writeBigUInt64LE(dataBytes, 8);
  const file = wav(riffChunk('ds64', sizes), formatChunk(), riffChunk('data', second, 0xffff_ffff));
  file.write(id);
  return file;
};

/** PCM of 16 bits whose numbers are all the other way round. */
const bigEndian = (): Buffer => {
  const file = wav(formatChunk(), data);
  file.write('RIFX');
  for (const at of [16, 24, 28, 40]) file.subarray(at, at + 4).swap32();
  for (const at of [20, 22, 32, 34]) file.subarray(at, at + 2).swap16();
  return file;
};

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
    ['an extensible format of PCM', wav(formatChunk({ tag: 0xfffe }, extensionOf(guidOfPcm)), data)],
    ['an extensible format of Ambisonics', wav(formatChunk({ tag: 0xfffe }, extensionOf(guidOfAmbisonics)), data)],
    ['sound of 128 bytes less than announced', wav(formatChunk(), riffChunk('data', second, 32_128))],
    [
      'the size of the file as that of its sound',
      wav(riffChunk('LIST', Buffer.alloc(900)), formatChunk(), riffChunk('data', second, 32_000 + 952)),
    ],
    [
      'the size of the RIFF as that of its sound',
      wav(riffChunk('LIST', Buffer.alloc(900)), formatChunk(), riffChunk('data', second, 32_000 + 944)),
    ],
    ['blocks of 0 bytes', wav(formatChunk({ blockBytes: 0 }), data)],
    ['blocks of 1 byte', wav(formatChunk({ blockBytes: 1 }), data)],
    ['blocks of 4 bytes', wav(formatChunk({ blockBytes: 4 }), data)],
    ['bits of 0', wav(formatChunk({ bits: 0, blockBytes: 2 }), data)],
    ['12 bits', wav(formatChunk({ bits: 12, blockBytes: 2 }), data)],
    [
      '24 bits in blocks of 4 bytes',
      wav(formatChunk({ bits: 24, blockBytes: 4 }), riffChunk('data', Buffer.alloc(48_000))),
    ],
    ['an odd chunk without padding', wav(formatChunk(), riffChunk('JUNK', Buffer.alloc(7)).subarray(0, -1), data)],
    ['µ-law', wav(formatChunk({ tag: 7, bits: 8, blockBytes: 2 }), riffChunk('data', Buffer.alloc(16_000)))],
    [
      'A-law',
      wav(
        formatChunk({ tag: 0xfffe, bits: 8 }, extensionOf(guidOfPcm.replace(/^01/, '06'))),
        riffChunk('data', Buffer.alloc(16_000)),
      ),
    ],
    ['floats', wav(formatChunk({ tag: 3, bits: 32 }), riffChunk('data', Buffer.alloc(64_000)))],
    ['two channels', wav(formatChunk({ channels: 2 }), riffChunk('data', Buffer.alloc(64_000)))],
    [
      'ADPCM of Microsoft, its last block cut short',
      wav(formatChunk({ tag: 2, bits: 4, blockBytes: 256 }), riffChunk('data', Buffer.alloc(31 * 256 + 7 + 249))),
    ],
    [
      'ADPCM of IMA, its last block cut short',
      wav(formatChunk({ tag: 17, bits: 4, blockBytes: 256 }), riffChunk('data', Buffer.alloc(31 * 256 + 174))),
    ],
    [
      'ADPCM whose last block is announced as a whole one',
      wav(
        formatChunk({ tag: 17, bits: 4, blockBytes: 256 }),
        riffChunk('data', Buffer.alloc(31 * 256 + 174), 32 * 256 + 100),
      ),
    ],
    ['GSM', wav(formatChunk({ tag: 49, bits: 0, blockBytes: 65 }), riffChunk('data', Buffer.alloc(50 * 65 + 64)))],
    ['G.722', wav(formatChunk({ tag: 655, bits: 4, blockBytes: 1 }), riffChunk('data', Buffer.alloc(8_000)))],
    ['RF64', long('RF64', 32_000n)],
    ['BW64', long('BW64', 32_000n)],
    ['RF64 whose size was never filled in', long('RF64', 0n)],
    ['RIFX', bigEndian()],
    ['a sample that is not complete', wav(formatChunk(), riffChunk('data', Buffer.alloc(32_001)))],
  ])('given %s, when read, then it lasts a second', (_given, file) => {
    expect(readWavStructure(file)).toMatchObject({ durationS: expect.closeTo(1, 3), sampleRateHz: 16_000 });
  });

  it('given MP3 in a WAV, when read, then its frames count', () => {
    const frames = Buffer.concat(Array<Buffer>(125).fill(mp3Frame(64)));

    expect(readWavStructure(wav(formatChunk({ tag: 85 }), riffChunk('data', frames)))).toMatchObject({
      durationS: 3,
      sampleRateHz: 24_000,
    });
  });

  it.each([
    ['a size of its first buffer', wav(formatChunk(), riffChunk('data', second, 4_096)), 32_000 - 4_096],
    ['another WAV behind it', Buffer.concat([wav(formatChunk(), data), wav(formatChunk(), data)]), 32_044],
    ['a second data chunk', wav(formatChunk(), data, data), 32_008],
  ])('given %s, when read, then it tells what players ignore', (_given, file, bytes) => {
    expect(readWavStructure(file).unheard).toMatch(new RegExp(`not count ${bytes} bytes .* ffmpeg -ignore_length 1`));
  });

  it.each([
    ['tags', riffChunk('LIST', Buffer.alloc(99_999))],
    ['a few bytes', Buffer.alloc(31_000)],
    ['nothing', Buffer.alloc(0)],
  ])('given %s behind the sound, when read, then nothing is said of it', (_given, rest) => {
    expect(readWavStructure(wav(formatChunk(), data, rest))).not.toHaveProperty('unheard');
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
    ['a format of 12 bytes', wav(riffChunk('fmt ', Buffer.alloc(12)), data), /has 12 bytes; at least 14/],
    [
      '100 chunks before its data',
      wav(formatChunk(), ...Array.from({ length: 100 }, () => riffChunk('a   ', second)), data),
      /100/,
    ],
    ['no channel', wav(formatChunk({ channels: 0 }), data), /0 channels; 1 to 8/],
    ['9 channels', wav(formatChunk({ channels: 9 }), data), /9 channels; 1 to 8/],
    ['a rate of 0', wav(formatChunk({ rateHz: 0 }), data), /0 Hz; the maximum is 192000/],
    ['a rate of 4 GHz', wav(formatChunk({ rateHz: 4_000_000_000 }), data), /4000000000 Hz; the maximum is 192000/],
    ['4 bits', wav(formatChunk({ bits: 4, blockBytes: 2 }), data), /4 bits .* blocks of 2 bytes do not fit/],
    [
      'ADPCM without blocks',
      wav(formatChunk({ tag: 17, bits: 4, blockBytes: 0 }), data),
      /blocks of 0 bytes do not fit/,
    ],
    ['floats of 16 bits', wav(formatChunk({ tag: 3 }), data), /16 bits .* do not fit/],
    [
      'GSM of two channels',
      wav(formatChunk({ tag: 49, channels: 2, bits: 0, blockBytes: 65 }), data),
      /do not fit each other/,
    ],
    [
      'MP2',
      wav(formatChunk({ tag: 80 }), riffChunk('data', Buffer.concat([Buffer.from([0xff, 0xfd, 0x44, 0xc4]), second]))),
      /holds MP2 \(MPEG layer II\); WAV, MP3 and OGG are accepted\..*ffmpeg -i/,
    ],
    [
      'ADPCM that lacks more than a block',
      wav(formatChunk({ tag: 17, bits: 4, blockBytes: 256 }), riffChunk('data', Buffer.alloc(30 * 256), 32 * 256)),
      /truncated/,
    ],
    ['G.726', wav(formatChunk({ tag: 69, bits: 4 }), data), /G\.726 ADPCM \(69\); PCM, .* are accepted/],
    ['an unknown codec', wav(formatChunk({ tag: 999 }), data), /unknown \(999\).*ffmpeg -i/],
    [
      'an extensible format with a damaged GUID',
      wav(formatChunk({ tag: 0xfffe }, extensionOf(guidOfPcm.replace('aa', 'ab'))), data),
      /codec is unknown: its GUID names none/,
    ],
    [
      'more valid bits than there are',
      wav(formatChunk({ tag: 0xfffe }, extensionOf(guidOfPcm).fill(24, 2, 3)), data),
      /do not fit each other/,
    ],
    ['an extensible format cut short', wav(formatChunk({ tag: 0xfffe }), data), /unknown \(65534\)/],
    [
      '129 bytes less than announced',
      wav(formatChunk(), data).subarray(0, -129),
      /declares 32000 bytes of audio, but only 31871 are present/,
    ],
    [
      'PCM of 64 bits',
      wav(formatChunk({ bits: 64 }), riffChunk('data', Buffer.alloc(128_000))),
      /PCM of 64 bits; 8 to 32 bits are accepted.*ffmpeg -i/,
    ],
    ['AC-3', wav(formatChunk({ tag: 8_192 }), data), /AC-3 \(8192\)/],
    ['WMA 1', wav(formatChunk({ tag: 352 }), data), /WMA 1 \(352\)/],
    ['16 channels', wav(formatChunk({ channels: 16 }), data), /16 channels; .*ffmpeg -i recording.wav -ac 1 -ar 48000/],
    ['384 kHz', wav(formatChunk({ rateHz: 384_000 }), data), /maximum is 192000 Hz\. .*ffmpeg .* -ar 48000/],
    [
      'an MP3 behind a header of PCM',
      wav(formatChunk(), riffChunk('data', Buffer.concat(Array<Buffer>(125).fill(mp3Frame(64))))),
      /header says PCM, but its audio is an MP3\. Send that file without/,
    ],
    [
      'a tagged MP3 behind a header of PCM',
      wav(formatChunk(), riffChunk('data', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x01'), second]))),
      /its audio is an MP3/,
    ],
    [
      'an OGG behind a header of PCM',
      wav(formatChunk(), riffChunk('data', Buffer.concat([Buffer.from('OggS'), second]))),
      /its audio is an OGG/,
    ],
    ['no sample', wav(formatChunk(), riffChunk('data', Buffer.alloc(1))), /contains no audio/],
  ])('given %s, when read, then it is refused with what was found', (_given, file, sentence) => {
    expect(() => readWavStructure(file)).toThrow(sentence);
  });
});
