import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { frameReader } from '../../lambdas/samples/audio/pcm-reader';
import type { WavFormat } from '../../lambdas/samples/audio/wav-format';
import { readWavStructure } from '../../lambdas/samples/audio/wav-structure';
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

/** Noise whose low frequencies are louder, as in a room. */
const roomNoise = (amplitude: number): Wave => {
  const white = noise(amplitude);
  let value = 0;
  return (seconds) => (value = 0.8 * value + white(seconds));
};
/** A telephone's tone, half a second of every second. */
const busy: Wave = (seconds) => (seconds % 1 < 0.5 ? 0.3 * Math.sin(2 * Math.PI * 425 * seconds) : 0);
/** Two tones, two of every six seconds. */
const ringing: Wave = (seconds) =>
  seconds % 6 < 2 ? 0.15 * (Math.sin(2 * Math.PI * 440 * seconds) + Math.sin(2 * Math.PI * 480 * seconds)) : 0;
const limited =
  (most: number, wave: Wave): Wave =>
  (seconds) =>
    Math.max(-most, Math.min(most, wave(seconds)));
const noisySpeech = both(speech, noise(0.002));

/** The same WAV with the bytes of its sound from `start` on changed. */
const withSound = (file: Buffer, start: number, change: (sound: Buffer) => Buffer): Buffer =>
  Buffer.concat([file.subarray(0, start), change(Buffer.from(file.subarray(start)))]);

/** A WAV of one byte a sample in this codec, of noise with these bytes. */
const coded = (tag: number, bytes: readonly number[]): Buffer => {
  const file = wavOf(4, silence).subarray(0, 44 + 64_000);
  file.writeUInt16LE(tag, 20);
  file.writeUInt16LE(8, 34);
  file.writeUInt32LE(64_000, 40);
  const random = noise(0.5);
  for (let at = 44; at < file.length; at += 1)
    file[at] = bytes[Math.floor((random(0) + 0.5) * bytes.length)] ?? bytes[0] ?? 0;
  return file;
};

/** A WAV in µ-law or A-law, by the amplitudes of its codes. */
const telephoned = (codec: 'mu-law' | 'a-law', wave: Wave): Buffer => {
  const codes = Array.from({ length: 256 }, (_, code) => {
    const frame = new Float32Array(1);
    const format = { codec, bits: 8, channels: 1, sampleRateHz: 16_000, blockBytes: 1, blockSamples: 1 };
    frameReader(format, Buffer.of(code), { isBigEndian: false })?.(0, 0, frame);
    return { code, amplitude: frame[0] ?? 0 };
  }).sort((one, other) => one.amplitude - other.amplitude);
  const file = wavOf(4, silence).subarray(0, 44 + 64_000);
  file.writeUInt16LE(codec === 'mu-law' ? 7 : 6, 20);
  file.writeUInt16LE(8, 34);
  file.writeUInt32LE(64_000, 40);
  for (let n = 0; n < 64_000; n += 1) {
    const next = codes.findIndex(({ amplitude }) => amplitude >= wave(n / 16_000));
    file[44 + n] = codes.at(next)?.code ?? 0;
  }
  return file;
};

describe('the quality of a sample', () => {
  it.each([
    ['speech', [speech]],
    ['loud speech', [times(2.1, speech)]],
    ['soft speech', [times(0.1, speech)]],
    ['speech in noise', [both(speech, noise(0.01))]],
    ['speech with a small offset', [times(1, speech, 0.01)]],
    ['speech on both channels', [speech, times(0.3, speech)]],
    ['speech that ends early', [upTo(3, speech)]],
    ['speech with a much softer second channel', [speech, times(0.1, speech)]],
    ['speech below a limit', [limited(0.9, speech)]],
    ['speech with a bang', [(seconds) => (seconds > 2 && seconds < 2.1 ? 0.95 : speech(seconds))]],
  ])('given %s, when measured, then nothing is said', async (_given, waves) => {
    expect(await codesOf(wavOf(5, ...waves))).toEqual([]);
  });

  it.each([
    ['−60 dB', [times(0.001, speech)], ['too_quiet']],
    ['clipping', [times(8, speech)], ['clipped']],
    ['0.7 s of speech', [upTo(0.7, speech)], ['little_speech']],
    ['a tone', [tone], ['no_speech']],
    ['noise', [noise(0.2)], ['no_speech']],
    ['noise of a room', [roomNoise(0.1)], ['no_speech']],
    ['a busy tone', [busy], ['no_speech']],
    ['a ringing tone', [ringing], ['no_speech']],
    ['clipping that was made softer', [times(0.3, limited(0.9, times(8, speech)))], ['clipped']],
    ['clipping on one side', [limited(9, (seconds) => Math.min(0.3, 8 * speech(seconds)))], ['clipped']],
    ['a silent channel', [speech, silence], ['silent_channel']],
    ['a channel that is 40 dB softer', [speech, times(0.01, speech)], ['silent_channel']],
    ['a channel of faint noise', [noise(0.002), speech], ['silent_channel']],
    ['a DC offset', [times(1, speech, 0.1)], ['dc_offset']],
    ['clipping on one channel of two', [times(8, speech), silence], ['clipped', 'silent_channel']],
  ])('given %s, when measured, then that is said', async (_given, waves, codes) => {
    expect(await codesOf(wavOf(5, ...waves))).toEqual(codes);
  });

  it.each([
    ['swapped', withSound(wavOf(5, noisySpeech), 44, (sound) => sound.swap16())],
    [
      'shifted by a byte',
      withSound(wavOf(5, noisySpeech), 44, (sound) => Buffer.concat([sound.subarray(1), sound.subarray(0, 1)])),
    ],
    [
      'shifted by a byte after 2 s',
      withSound(wavOf(5, noisySpeech), 64_044, (sound) => Buffer.concat([sound.subarray(1), sound.subarray(0, 1)])),
    ],
  ])('given speech whose bytes are %s, when measured, then it is noise', async (_given, file) => {
    expect(await codesOf(file)).toEqual(['no_speech']);
  });

  it.each([
    ['8 bits', coded(1, [127, 128, 128, 129])],
    ['µ-law', coded(7, [0x7e, 0x7f, 0xff, 0xfe])],
    ['A-law', coded(6, [0x55, 0xd5])],
  ])('given silence in %s with noise of one step, when measured, then it is refused', async (_given, file) => {
    await expect(codesOf(file)).rejects.toThrow(/is silent\./);
  });

  it.each(['mu-law', 'a-law'] as const)('given clipping in %s, when measured, then that is said', async (codec) => {
    expect(await codesOf(telephoned(codec, speech))).toEqual([]);
    expect(await codesOf(telephoned(codec, times(8, speech)))).toEqual(['clipped']);
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
    frameReader(format(codec, bits), Buffer.from(bytes), { isBigEndian })?.(0, 0, frame);
    expect(frame[0]).toBeCloseTo(amplitude, 6);
  });

  it.each([false, true])('given two channels, big-endian: %s, when read from the third, then it is that', (isBig) => {
    const file = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((value) => (isBig ? [value, 0] : [0, value])));
    const read = frameReader({ ...format('pcm', 16), channels: 2, blockBytes: 4 }, file, { isBigEndian: isBig });
    const frame = new Float32Array(2);
    read?.(1, 2, frame);
    expect([...frame]).toEqual([6 / 128, 8 / 128]);
  });

  it.each(['ima', 'ms'])('given %s ADPCM of two tones, when read from anywhere, then they sound', (name) => {
    const { sound } = readWavStructure(
      readFileSync(join(__dirname, '..', 'fixtures', 'sounds', `tones-${name}-adpcm.wav`)),
    );
    const tones = [
      { hz: 440, amplitude: 0.5 },
      { hz: 200, amplitude: 0.25 },
    ];
    for (const [channel, { hz, amplitude }] of tones.entries())
      for (const start of [800, 1_001, 3_000]) {
        const into = new Float32Array(700);
        sound?.read(channel, start, into);
        const errors = [...into].map(
          (value, n) => value - amplitude * Math.sin((2 * Math.PI * hz * (start + n)) / 16_000),
        );
        expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.03);
      }
  });

  it.each([
    ['GSM', format('gsm', 0), 65],
    [
      'ADPCM in blocks that no encoder writes',
      { ...format('ima-adpcm', 4), blockBytes: 8_192, blockSamples: 16_377 },
      8_192,
    ],
  ])('given %s, when asked, then there is none', (_given, unread, bytes) => {
    expect(frameReader(unread, Buffer.alloc(bytes), { isBigEndian: false })).toBeUndefined();
  });

  it.each([
    ['IMA ADPCM', 17, 4 + 252],
    ['Microsoft ADPCM', 2, 7 + 249],
  ])('given silence in %s, when measured, then it is refused', async (_given, tag, blockBytes) => {
    const file = wavOf(4, silence).subarray(0, 44 + 128 * blockBytes);
    file.writeUInt16LE(tag, 20);
    file.writeUInt16LE(blockBytes, 32);
    file.writeUInt16LE(4, 34);
    file.writeUInt32LE(128 * blockBytes, 40);

    await expect(codesOf(file)).rejects.toThrow(/is silent\./);
  });
});
