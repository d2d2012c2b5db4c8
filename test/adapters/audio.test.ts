import { measureSample } from '../../lambdas/adapters/audio';
import { buildWav } from '../fixtures/oversized-wav';
import { audioFixture, spokenSample } from '../support/samples';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };

describe('measureSample', () => {
  it.each([
    ['caller.wav', 'wav'],
    ['caller.mp3', 'mp3'],
    ['caller.ogg', 'ogg'],
  ])(
    'given the spoken %s, when measured, then its format, duration and rate are those of the file',
    async (name, format) => {
      const sample = await measureSample(spokenSample(name), limits);

      expect(sample).toMatchObject({ format, sampleRateHz: 24_000 });
      expect(sample.durationS).toBeCloseTo(5.6, 0);
    },
  );

  it('given a WAV that calls itself MP3, when measured, then its content decides', async () => {
    expect(await measureSample(audioFixture('wrong-extension.mp3'), limits)).toMatchObject({ format: 'wav' });
  });

  it.each([
    ['too-short-2s.wav', 'INVALID_VOICE_SAMPLE', /at least 3 s/],
    ['too-short-2s.mp3', 'INVALID_VOICE_SAMPLE', /at least 3 s/],
    ['too-short-2s.ogg', 'INVALID_VOICE_SAMPLE', /at least 3 s/],
    ['8khz.wav', 'INVALID_VOICE_SAMPLE', /8000 Hz; at least 16000 Hz/],
    ['8khz.mp3', 'INVALID_VOICE_SAMPLE', /8000 Hz; at least 16000 Hz/],
    ['garbage.wav', 'INVALID_VOICE_SAMPLE', /neither WAV nor MP3 nor OGG/],
    ['html.wav', 'INVALID_VOICE_SAMPLE', /neither WAV nor MP3 nor OGG/],
    ['flac.wav', 'INVALID_VOICE_SAMPLE', /neither WAV nor MP3 nor OGG/],
    ['m4a.wav', 'INVALID_VOICE_SAMPLE', /neither WAV nor MP3 nor OGG/],
    ['empty.wav', 'INVALID_VOICE_SAMPLE', /0 bytes/],
    ['cut-in-header.ogg', 'INVALID_VOICE_SAMPLE', /cannot be read as audio|no readable duration/],
  ])('given %s, when measured, then it is refused with the value and the limit', async (name, code, sentence) => {
    await expect(measureSample(audioFixture(name), limits)).rejects.toMatchObject({
      status: 400,
      code,
      message: expect.stringMatching(sentence),
    });
  });

  it('given a byte more than the limit, when measured, then it is 413', async () => {
    await expect(measureSample(buildWav({ sizeBytes: limits.maxBytes + 2 }), limits)).rejects.toMatchObject({
      status: 413,
      code: 'VOICE_SAMPLE_TOO_LARGE',
      message: expect.stringMatching(/10485762 bytes; at most 10485760/),
    });
  });
});
