import { frameReader } from '../../lambdas/samples/audio/pcm-reader';
import type { WavFormat } from '../../lambdas/samples/audio/wav-format';
import { collectSamples } from '../../lambdas/samples/collect-samples';
import { measureSample } from '../../lambdas/samples/measure-sample';
import { noise, silence, speech, tone, type Wave, wavOf } from '../support/sounds';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
const uploads = { bucket: { open: () => Promise.resolve(undefined) }, nowMs: Date.now };
const codesOf = async (file: Buffer): Promise<string[]> =>
  (await measureSample(file, limits)).warnings.map(({ code }) => code);

const times =
  (factor: number, wave: Wave, plus = 0): Wave =>
  (seconds) =>
    factor * wave(seconds) + plus;
const upTo =
  (endS: number, wave: Wave): Wave =>
  (seconds) =>
    seconds < endS ? wave(seconds) : 0;
const both =
  (one: Wave, other: Wave): Wave =>
  (seconds) =>
    one(seconds) + other(seconds);

describe('the quality of a sample', () => {
  it.each([
    ['speech', [speech]],
    ['loud speech', [times(2.1, speech)]],
    ['soft speech', [times(0.1, speech)]],
    ['speech in noise', [both(speech, noise(0.01))]],
    ['speech with a small offset', [times(1, speech, 0.01)]],
    ['speech on both channels', [speech, times(0.3, speech)]],
    ['speech that ends early', [upTo(3, speech)]],
  ])('given %s, when measured, then nothing is said', async (_given, waves) => {
    expect(await codesOf(wavOf(5, ...waves))).toEqual([]);
  });

  it.each([
    ['−60 dB', [times(0.001, speech)], ['too_quiet']],
    ['clipping', [times(8, speech)], ['clipped']],
    ['0.7 s of speech', [upTo(0.7, speech)], ['little_speech']],
    ['a tone', [tone], ['no_speech']],
    ['noise', [noise(0.2)], ['no_speech']],
    ['a silent channel', [speech, silence], ['silent_channel']],
    ['a DC offset', [times(1, speech, 0.1)], ['dc_offset']],
    ['clipping on one channel of two', [times(8, speech), silence], ['clipped', 'silent_channel']],
  ])('given %s, when measured, then that is said', async (_given, waves, codes) => {
    expect(await codesOf(wavOf(5, ...waves))).toEqual(codes);
  });

  it.each(['off', 'warn', 'refuse'] as const)(
    'given silence, when the setting is %s, then it is refused',
    async (quality) => {
      await expect(measureSample(wavOf(4, silence, times(0, tone, 0.2)), { ...limits, quality })).rejects.toMatchObject(
        {
          status: 400,
          code: 'INVALID_VOICE_SAMPLE',
          message: expect.stringMatching(/is silent\. Send a recording with speech/),
        },
      );
    },
  );

  it('given a tone, when poor samples are refused, then it is; when nobody asks, then nothing is said', async () => {
    await expect(measureSample(wavOf(4, tone), { ...limits, quality: 'refuse' })).rejects.toMatchObject({
      code: 'INVALID_VOICE_SAMPLE',
      message: expect.stringMatching(/one steady level/),
    });
    expect((await measureSample(wavOf(4, tone), { ...limits, quality: 'off' })).warnings).toEqual([]);
  });

  it('given a long recording, when measured, then a part of it is enough', async () => {
    const file = Buffer.concat([
      wavOf(4, speech).subarray(0, 44),
      ...Array<Buffer>(60).fill(wavOf(4, speech).subarray(44)),
    ]);
    file.writeUInt32LE(file.length - 44, 40);

    expect(await codesOf(file)).toEqual([]);
  });
});

describe('several samples', () => {
  it('given one that is poor, when collected, then the warning names it', async () => {
    const samples = await collectSamples([wavOf(4, speech), wavOf(4, tone)], limits, uploads);

    expect(samples.flatMap(({ warnings }) => warnings)).toEqual([
      { code: 'no_speech', message: expect.stringMatching(/^Voice sample 2 of 2: The voice sample has one steady/) },
    ]);
  });

  it('given short ones, when collected, then their durations add up', async () => {
    expect(await collectSamples([wavOf(2, speech), wavOf(1, speech)], limits, uploads)).toHaveLength(2);
    await expect(collectSamples([wavOf(2, speech), wavOf(0.9, speech)], limits, uploads)).rejects.toMatchObject({
      code: 'INVALID_VOICE_SAMPLE',
      message: 'The 2 voice samples last 2.9 s together; at least 3 s are needed.',
    });
  });

  it('given one that is refused, when collected, then the refusal names it', async () => {
    const files = [wavOf(4, speech), Buffer.from('fLaC'), wavOf(5, speech)];

    await expect(collectSamples(files, limits, uploads)).rejects.toMatchObject({
      code: 'INVALID_VOICE_SAMPLE',
      message: expect.stringMatching(/^Voice sample 2 of 3: The voice sample is FLAC; /),
    });
  });

  it('given more than is useful, when collected, then that is said once, even where poor samples are refused', async () => {
    const long = wavOf(100, speech);
    const files = [long, Buffer.concat([long, Buffer.from('x')])];

    const samples = await collectSamples(files, { ...limits, quality: 'refuse' }, uploads);

    expect(samples.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toEqual(['longer_than_useful']);
  });
});

describe('frameReader', () => {
  const format = (codec: WavFormat['codec'], bits: number): WavFormat => ({
    codec,
    bits,
    channels: 1,
    sampleRateHz: 16_000,
    blockBytes: bits / 8,
    blockSamples: 1,
  });

  it.each([
    ['PCM, 8 bits', 'pcm', 8, false, [64], -0.5],
    ['PCM, 16 bits', 'pcm', 16, false, [0, 0x40], 0.5],
    ['PCM, 16 bits, big-endian', 'pcm', 16, true, [0x40, 0], 0.5],
    ['PCM, 24 bits', 'pcm', 24, false, [0, 0, 0xc0], -0.5],
    ['PCM, 32 bits', 'pcm', 32, false, [0, 0, 0, 0x40], 0.5],
    ['float', 'float', 32, false, [0, 0, 0, 0x3f], 0.5],
    ['float, big-endian', 'float', 32, true, [0x3f, 0, 0, 0], 0.5],
    ['float that is no number', 'float', 32, false, [0, 0, 0xc0, 0x7f], 0],
    ['float beyond full scale', 'float', 32, false, [0, 0, 0, 0xc1], -1],
    ['double', 'float', 64, false, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f], 0.5],
    ['µ-law of nothing', 'mu-law', 8, false, [0xff], 0],
    ['µ-law, loudest', 'mu-law', 8, false, [0x80], 32_124 / 32_768],
    ['µ-law, loudest below zero', 'mu-law', 8, false, [0x00], -32_124 / 32_768],
    ['A-law, softest', 'a-law', 8, false, [0xd5], 8 / 32_768],
    ['A-law, loudest', 'a-law', 8, false, [0xaa], 32_256 / 32_768],
    ['A-law, loudest below zero', 'a-law', 8, false, [0x2a], -32_256 / 32_768],
  ] as const)('given %s, when read, then it is its amplitude', (_given, codec, bits, isBigEndian, bytes, amplitude) => {
    const frame = new Float32Array(1);
    frameReader(format(codec, bits), isBigEndian, Buffer.from(bytes))?.(0, 0, frame);
    expect(frame[0]).toBeCloseTo(amplitude, 6);
  });

  it.each([false, true])('given two channels, big-endian: %s, when read from the third, then it is that', (isBig) => {
    const file = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((value) => (isBig ? [value, 0] : [0, value])));
    const read = frameReader({ ...format('pcm', 16), channels: 2, blockBytes: 4 }, isBig, file);
    const frame = new Float32Array(2);
    read?.(1, 2, frame);
    expect([...frame]).toEqual([6 / 128, 8 / 128]);
  });

  it('given ADPCM, when asked, then there is none', () => {
    expect(frameReader(format('ima-adpcm', 4), false, Buffer.alloc(8))).toBeUndefined();
  });
});
