import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { measureSample } from '../../lambdas/samples/measure-sample';
import { buildWav } from '../fixtures/oversized-wav';
import { mp3Frame } from '../support/audio-bombs/mp3-bombs';
import { audioFixture, spokenSample } from '../support/samples';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };

const audioFolder = join(__dirname, '..', 'fixtures', 'audio');
const probeSchema = z.record(
  z.string(),
  z.object({ durationS: z.number().nullable(), decodedS: z.number().nullable(), sampleRateHz: z.number().nullable() }),
);
const probes = probeSchema.parse(JSON.parse(readFileSync(join(audioFolder, 'ffprobe.json'), 'utf8')));
const goodNames = [...Object.keys(probes).filter((name) => /^(wav|mp3|ogg)-/.test(name)), '8khz-opus.ogg'];

/** What ffmpeg decodes. */
const referenceS = (name: string): number | null | undefined => probes[name]?.decodedS ?? probes[name]?.durationS;

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

  it.each(goodNames)('given %s, when measured, then duration and rate are those of ffprobe', async (name) => {
    const { durationS, sampleRateHz, format } = await measureSample(audioFixture(name), limits);

    expect(format).toBe(name.slice(-3));
    expect(sampleRateHz).toBe(probes[name]?.sampleRateHz);
    expect(Math.abs(durationS - (referenceS(name) ?? NaN))).toBeLessThan(0.05);
  });

  it('given a WAV whose header counts only a part, when that is too short, then the rest is mentioned', async () => {
    const wav = buildWav({ durationS: 4 });
    wav.writeUInt32LE(4_096, 40);

    await expect(measureSample(wav, limits)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The voice sample lasts .* s are needed\. The header does not count \d+ bytes after/,
      ),
    });
  });

  it('given a view into a larger buffer, when measured, then only its own bytes count', async () => {
    const wav = audioFixture('wav-16khz-16bit.wav');
    const view = Buffer.concat([Buffer.alloc(13, 'x'), wav, Buffer.alloc(13, 'x')]).subarray(13, -13);

    expect(await measureSample(view, limits)).toMatchObject({ format: 'wav', durationS: 3.2 });
  });

  it('given MP3 in a WAV, when measured, then both readers agree', async () => {
    const frames = audioFixture('mp3-24khz-cbr-id3v2.mp3');
    const header = buildWav({ durationS: 1 }).subarray(0, 44);
    header.writeUInt16LE(85, 20);
    header.writeUInt32LE(0xffff_ffff, 40);

    expect(await measureSample(Buffer.concat([header, frames]), limits)).toMatchObject({
      format: 'wav',
      sampleRateHz: 24_000,
    });
  });

  it('given a WAV that calls itself MP3, when measured, then its content decides', async () => {
    expect(await measureSample(audioFixture('wrong-extension.mp3'), limits)).toMatchObject({ format: 'wav' });
  });

  it.each([
    ['too-short-2s.wav', /lasts 2 s; at least 3 s/],
    ['too-short-2s.mp3', /lasts 2 s; at least 3 s/],
    ['too-short-2s.ogg', /lasts 2 s; at least 3 s/],
    ['8khz.wav', /8000 Hz; at least 16000 Hz/],
    ['8khz.mp3', /8000 Hz; at least 16000 Hz/],
    ['8khz.ogg', /8000 Hz; at least 16000 Hz/],
    [
      'cut.wav',
      /WAV is truncated: the header declares 102400 bytes of audio, but only 51178 are present\. Send a complete/,
    ],
    ['cut.mp3', /header claims 3\.26 s and its frames last 1\.6 s: it is truncated\. Send a complete/],
    ['cut.ogg', /OGG is truncated: it ends in page 4, after 6743 bytes\. Send a complete/],
    ['cut-in-header.ogg', /OGG is truncated: it ends in page 2, after 3009 bytes\. Send a complete/],
    ['garbage.wav', /neither WAV nor MP3 nor OGG/],
    ['html.wav', /is an HTML page; WAV, MP3 and OGG are accepted\. It is not a recording/],
    ['flac.wav', /is FLAC; WAV, MP3 and OGG are accepted\. Convert it .* ffmpeg -i/],
    ['m4a.wav', /is M4A \(AAC in MP4\); WAV, MP3 and OGG are accepted\. Convert it/],
    ['empty.wav', /0 bytes/],
  ])('given %s, when measured, then it is refused with the value and the limit', async (name, sentence) => {
    await expect(measureSample(audioFixture(name), limits)).rejects.toMatchObject({
      status: 400,
      code: 'INVALID_VOICE_SAMPLE',
      message: expect.stringMatching(sentence),
    });
  });

  it('given frames that music-metadata cannot read, when measured, then what only one of two has found is refused', async () => {
    const frame = mp3Frame(8);
    frame[3] = 0x64; // joint stereo: the side information fills the frame

    await expect(measureSample(Buffer.concat(Array<Buffer>(400).fill(frame)), limits)).rejects.toMatchObject({
      status: 400,
      code: 'INVALID_VOICE_SAMPLE',
      message: expect.stringMatching(/Two ways to measure the voice sample disagree: an unknown time at 24000 Hz and/),
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
