import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureLevels } from '../../lambdas/samples/assess-quality';
import { type EncodedSound, type EncodedWindow, spreadSpans } from '../../lambdas/samples/audio/encoded-sound';
import { readAudioStructure } from '../../lambdas/samples/audio/read-audio-structure';
import type { Sound } from '../../lambdas/samples/audio/sound-levels';
import { decodeWindows } from '../../lambdas/samples/decode-windows';
import { measureSample } from '../../lambdas/samples/measure-sample';
import type { SampleFormat } from '../../lambdas/samples/voice-sample';
import { withChecksum } from '../support/audio-bombs/ogg-bombs';
import { audioFixture } from '../support/samples';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
const fixture = (name: string): Buffer => readFileSync(join(__dirname, '..', 'fixtures', 'sounds', name));
const codesOf = async (file: Buffer): Promise<string[]> =>
  (await measureSample(file, limits)).warnings.map(({ code }) => code);

const encodedIn = (file: Buffer, format: SampleFormat): EncodedSound => {
  const { encoded } = readAudioStructure(file, format);
  if (encoded === undefined) throw new Error('No decoder reads this.');
  return encoded;
};

const samplesOf = ({ read }: Sound, start: number, length: number): number[] => {
  const into = new Float32Array(length);
  read(0, start, into);
  return [...into];
};

const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

/** (module (func (export "f") (loop br 0))) */
const loopForEver = Buffer.from('0061736d0100000001040160000003020100070501016600000a0901070003400c000b0b', 'hex');

/** What a recording of four seconds has that a decoder cannot read. */
const undecodable = (codec: EncodedSound['codec'], packet: Buffer) => ({
  durationS: 4,
  sampleRateHz: 48_000,
  crossCheck: { bytes: packet, durationS: 4, sampleRateHz: 48_000 },
  encoded: {
    codec,
    channels: 1,
    sampleRateHz: 48_000,
    gain: 1,
    windowOf: () => ({ packets: [packet], leadSamples: 0 }),
  },
});

describe('the quality of MP3 and Opus', () => {
  it.each([
    ['speech.mp3', []],
    ['speech.ogg', []],
    ['tone.mp3', ['no_speech']],
    ['tone.ogg', ['no_speech']],
    ['quiet.mp3', ['too_quiet']],
    ['quiet.ogg', ['too_quiet']],
    ['short-speech.mp3', ['little_speech']],
    ['short-speech.ogg', ['little_speech']],
    ['clipped.mp3', ['clipped']],
    ['clipped.ogg', ['clipped']],
    ['compressed.mp3', []],
    ['compressed.ogg', []],
  ])('given %s, when measured, then its warnings are %j', async (name, codes) => {
    expect(await codesOf(fixture(name))).toEqual(codes);
  });

  it.each(['silence.mp3', 'silence.ogg'])('given %s, when measured, then it is refused', async (name) => {
    await expect(measureSample(fixture(name), { ...limits, quality: 'off' })).rejects.toMatchObject({
      code: 'INVALID_VOICE_SAMPLE',
      message: 'The voice sample is silent. Send a recording with speech.',
    });
  });

  it('given speech where the first five windows are not, when measured, then others find it', async () => {
    const file = fixture('early-speech.ogg');
    const sound = decodeWindows(encodedIn(file, 'ogg'), spreadSpans(40, 5));

    expect(rms(samplesOf(sound, 0, sound.samples))).toBeLessThan(0.0001);
    expect(await codesOf(file)).toEqual(['little_speech']);
  });

  it('given Opus whose gain exceeds full scale, when measured, then it is clipped', async () => {
    const file = Buffer.from(fixture('speech.ogg'));
    const header = file.indexOf('OpusHead');
    file.writeInt16LE(20 * 256, header + 16);
    withChecksum(file.subarray(0, header + 19));

    expect(await codesOf(file)).toEqual(['clipped']);
  });

  it('given MP3 in a WAV, when measured, then it is heard', async () => {
    const header = Buffer.alloc(44);
    header.write('RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x55\0\x01\0', 'latin1');
    header.writeUInt32LE(16_000, 24);
    header.writeUInt16LE(1, 32);
    header.write('data\xff\xff\xff\xff', 36, 'latin1');

    expect(await codesOf(Buffer.concat([header, fixture('tone.mp3')]))).toEqual(['no_speech']);
  });

  it.each([
    ['opus', Buffer.from([3])],
    ['opus', Buffer.alloc(50_000, 1)],
    ['mp3', Buffer.alloc(2_000, 7)],
  ] as const)(
    'given %s that does not decode, when heard, then it is not judged, and nothing is logged',
    (codec, packet) => {
      const logged = (['error', 'warn', 'log'] as const).map((name) => vi.spyOn(console, name));

      expect(measureLevels(undecodable(codec, packet))).toBeUndefined();
      for (const output of logged) expect(output).not.toHaveBeenCalled();
      vi.restoreAllMocks();
    },
  );

  it('given WebAssembly that never returns, when heard, then it is stopped, and the sample is not judged', () => {
    const endless = new WebAssembly.Instance(new WebAssembly.Module(loopForEver), {});
    const { f: run } = endless.exports;
    if (typeof run !== 'function') throw new Error('The module exports nothing.');
    const structure = undecodable('opus', Buffer.from([3]));
    const windowOf = (): EncodedWindow => {
      Reflect.apply(run, undefined, []);
      throw new Error('It has returned.');
    };

    expect(measureLevels({ ...structure, encoded: { ...structure.encoded, windowOf } }, 20)).toBeUndefined();
  });

  it.each(['Module', 'Instance'] as const)(
    'given a WebAssembly.%s that fails, when heard, then the sample is not judged',
    async (name) => {
      const fail = vi.spyOn(WebAssembly, name).mockImplementation(function () {
        throw new RangeError('Out of memory');
      });
      try {
        vi.resetModules();
        const { measureLevels: measureAgain } = await import('../../lambdas/samples/assess-quality.js');
        expect(measureAgain(readAudioStructure(fixture('speech.mp3'), 'mp3'))).toBeUndefined();
        expect(fail).toHaveBeenCalled();
      } finally {
        fail.mockRestore();
      }
    },
  );
});

describe('a window of a recording', () => {
  it.each([
    ['mp3-44khz-vbr-bare.mp3', 'mp3'],
    ['mp3-16khz-cbr-bare.mp3', 'mp3'],
    ['ogg-16khz-opus.ogg', 'ogg'],
    ['ogg-48khz-opus-stereo.ogg', 'ogg'],
  ] as const)('given %s, when decoded alone, then it sounds as in the whole', (name, format) => {
    const encoded = encodedIn(audioFixture(name), format);
    const { sampleRateHz } = encoded;
    const whole = decodeWindows(encoded, [{ startS: 0, endS: 3 }]);
    const window = decodeWindows(encoded, [{ startS: 1.5, endS: 2.2 }]);
    const frameSamples = format === 'mp3' ? (sampleRateHz >= 32_000 ? 1_152 : 576) : 1;
    const start = Math.floor((1.5 * sampleRateHz) / frameSamples) * frameSamples;
    const length = Math.floor(0.6 * sampleRateHz);
    const expected = samplesOf(whole, start, length);
    const found = samplesOf(window, 0, length);

    expect(rms(expected)).toBeGreaterThan(0.01);
    expect(rms(expected.map((value, n) => value - found[n]!))).toBeLessThan(0.05 * rms(expected));
  });

  it.each([
    [60, 4, 0.2, 7.4],
    [0.4, 4, 0.1, 0],
    [1.6, 8, 0.2, 0],
  ])('given %d s, when %d are spread, then each has %d s and starts at %d s', (durationS, count, lengthS, startS) => {
    const spans = spreadSpans(durationS, count);

    expect(spans).toHaveLength(count);
    expect(spans[0]).toEqual({ startS, endS: startS + lengthS });
    expect(spans.at(-1)!.endS).toBeLessThanOrEqual(durationS);
  });
});
