import { crossCheckProblem } from '../../lambdas/samples/audio/audio-structure';

const expected = { bytes: Buffer.alloc(0), durationS: 10, sampleRateHz: 24_000 };

describe('crossCheckProblem', () => {
  it.each([
    ['the same', expected, { durationS: 10, sampleRateHz: 24_000 }],
    ['a quarter of a second more', expected, { durationS: 10.25, sampleRateHz: 24_000 }],
    ['1 % less of a long recording', { ...expected, durationS: 1_000 }, { durationS: 991, sampleRateHz: 24_000 }],
    ['a duration that nobody can tell', { ...expected, durationS: undefined }, { durationS: 3, sampleRateHz: 24_000 }],
  ])('given %s, when compared, then there is none', (_given, wanted, found) => {
    expect(crossCheckProblem(wanted, found)).toBeUndefined();
  });

  it.each([
    ['0.3 s more', { durationS: 10.3, sampleRateHz: 24_000 }, /disagree: 10 s at 24000 Hz and 10\.3 s at 24000 Hz\./],
    ['0.3 s less', { durationS: 9.7, sampleRateHz: 24_000 }, /and 9\.7 s at 24000 Hz\./],
    ['another rate', { durationS: 10, sampleRateHz: 48_000 }, /and 10 s at 48000 Hz\./],
    ['no duration', { durationS: undefined, sampleRateHz: 24_000 }, /and an unknown time at 24000 Hz\./],
    [
      'nothing',
      { durationS: undefined, sampleRateHz: undefined },
      /and an unknown time at 0 Hz\. Export the recording again and send/,
    ],
    ['a duration that is no number', { durationS: NaN, sampleRateHz: 24_000 }, /and NaN s at 24000 Hz\./],
  ])('given %s, when compared, then the sentence has both', (_given, found, sentence) => {
    expect(crossCheckProblem(expected, found)).toMatch(sentence);
  });
});
