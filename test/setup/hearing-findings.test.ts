import { hearingFindings } from '../../lambdas/setup/voice-findings';
import { amiss, goodAgent } from './facts';

describe('the findings about what a caller hears', () => {
  it('given an agent with which nothing is amiss, then all is ok', () => {
    expect(amiss(hearingFindings(goodAgent))).toEqual([]);
  });

  it.each([
    ['that only writes', { isTextOnly: true }, 'problem text_only'],
    ['that is archived', { isArchived: true }, 'problem archived'],
    ['whose model speaks another language', { model: 'eleven_flash_v2', language: 'nl' }, 'problem model_language'],
    ['with more voices', { otherVoices: ['Anna'] }, 'attention supported_voices'],
    ['that hands calls over', { transfersWithoutVoice: ['agent_2'] }, 'attention transfers'],
    ['that keeps nothing', { keepsNothing: true }, 'attention zero_retention'],
    ['that records no audio', { recordsNoAudio: true }, 'attention record_voice'],
    [
      'whose model does not speak a further language',
      {
        model: 'eleven_flash_v2',
        language: 'en',
        languagePresets: [{ name: 'nl', hasVoice: false, hasFirstMessage: false }],
      },
      'problem model_language',
    ],
    ['with one call at a time', { concurrencyLimit: 1 }, 'attention concurrency_limit'],
  ])('given one %s, then that is found', (_given, change, found) => {
    expect(amiss(hearingFindings({ ...goodAgent, ...change }))).toEqual([found]);
  });

  it.each([
    ['English with an English model', { model: 'eleven_flash_v2', language: 'en', languagePresets: [] }],
    ['Dutch with a model of many languages', { model: 'eleven_flash_v2_5', language: 'nl' }],
    ['any number of calls', { concurrencyLimit: -1 }],
    ['two calls at a time', { concurrencyLimit: 2 }],
  ])('given %s, then nothing is amiss', (_given, change) => {
    expect(amiss(hearingFindings({ ...goodAgent, ...change }))).toEqual([]);
  });
});
