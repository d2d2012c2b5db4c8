import { decodeAudio } from '../../lambdas/samples/base64-audio';
import { sampleFormat, sampleProblem, sampleSizeError } from '../../lambdas/samples/voice-sample';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
const good = { durationS: 5.2, sampleRateHz: 24_000 };

describe('sampleFormat', () => {
  it.each([
    ['RIFF and WAVE', Buffer.from('RIFF\0\0\0\0WAVEfmt '), 'wav'],
    ['RF64 and WAVE', Buffer.from('RF64\xff\xff\xff\xffWAVEds64', 'latin1'), 'wav'],
    ['RIFX and WAVE', Buffer.from('RIFX\0\0\0\0WAVEfmt '), 'wav'],
    ['RIFF of another kind', Buffer.from('RIFF\0\0\0\0AVI LIST'), undefined],
    ['an OGG page', Buffer.from('OggS\0\x02'), 'ogg'],
    ['an ID3 tag', Buffer.from('ID3\x04\0\0'), 'mp3'],
    ['an MPEG layer III frame', Buffer.from([0xff, 0xfb, 0x90, 0x00]), 'mp3'],
    ['an ADTS frame', Buffer.from([0xff, 0xf1, 0x50, 0x80]), undefined],
    ['bytes of ones', Buffer.from([0xff, 0xff, 0xff, 0xff]), undefined],
    ['HTML', Buffer.from('<!doctype html>'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('given %s, when looked at, then the format is told by content', (_given, bytes, format) => {
    expect(sampleFormat(bytes)).toBe(format);
  });
});

describe('sampleProblem', () => {
  it('given a good sample, when judged, then there is none', () => {
    expect(sampleProblem(good, limits)).toBeUndefined();
    expect(sampleProblem({ ...good, durationS: 3, sampleRateHz: 16_000 }, limits)).toBeUndefined();
  });

  it.each([
    ['2 s', { durationS: 2.0 }, /2 s; at least 3 s/],
    ['just under 3 s', { durationS: 2.999 }, /2\.99 s; at least 3 s/],
    ['8 kHz', { sampleRateHz: 8000 }, /8000 Hz; at least 16000 Hz/],
    ['no sample rate', { sampleRateHz: undefined }, /0 Hz; at least 16000 Hz/],
    ['no duration', { durationS: undefined }, /no readable duration/],
    ['an infinite duration', { durationS: Infinity }, /no readable duration/],
    ['a negative duration', { durationS: -0.0065 }, /no readable duration/],
    ['8 kHz for 2 s', { durationS: 2, sampleRateHz: 8000 }, /lasts 2 s; .*8000 Hz; .*ffmpeg -i recording -ar 16000/],
  ])('given %s, when judged, then the sentence has the measured value and the limit', (_given, fields, sentence) => {
    expect(sampleProblem({ ...good, ...fields }, limits)).toMatch(sentence);
  });
});

describe('sampleSizeError', () => {
  it('given sizes around the limit, when judged, then only those beyond it are refused', () => {
    expect(sampleSizeError(10_485_760, 10_485_760)).toBeUndefined();
    expect(sampleSizeError(10_485_761, 10_485_760)?.message).toMatch(/10485761 bytes; at most 10485760/);
    expect(sampleSizeError(0, 10_485_760)?.message).toMatch(/0 bytes/);
  });
});

describe('decodeAudio', () => {
  const bytes = Buffer.from([0, 1, 2, 250, 251, 252, 253]);
  const text = bytes.toString('base64');

  it.each([
    ['plain base64', text],
    ['a data: URL', `data:audio/wav;base64,${text}`],
    ['a data: URL with parameters', `DATA:audio/ogg;codecs=opus;base64,${text}`],
    ['a data: URL with a space after its semicolon', `data:audio/ogg; codecs=opus; base64,${text}`],
    ['a data: URL with a comma in quotes', `data:audio/ogg;codecs="opus,vorbis";base64,${text}`],
    ['a data: URL without a type', `data:;base64,${text}`],
    ['a data: URL with percent-encoding', `data:audio/wav;base64,${encodeURIComponent(text)}`],
    ['line breaks', `${text.slice(0, 4)}\r\n${text.slice(4)}\n`],
    ['no padding', text.replace(/=+$/, '')],
  ])('given %s, when decoded, then the bytes are exact', (_given, encoded) => {
    expect(decodeAudio(encoded)).toEqual(bytes);
  });

  it.each([
    ['an empty text', ''],
    ['an empty data: URL', 'data:audio/wav;base64,'],
    ['a data: URL without base64', 'data:audio/wav,abcd'],
    ['a data: URL whose quotes do not end', `data:audio/ogg;codecs="opus;base64,${text}`],
    ['percent-encoding without a data: URL', `%55${text}`],
    ['other characters', 'UklG*kE='],
    ['URL-safe base64', 'ab-_abcd'],
    ['a cut quantum', 'abcde'],
    ['padding in the middle', 'ab==cd=='],
    ['too much padding', 'abc=='],
  ])('given %s, when decoded, then it is refused', (_given, encoded) => {
    expect(decodeAudio(encoded)).toBeUndefined();
  });
});
