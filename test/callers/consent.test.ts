import { isRefused, judgeConsent, mayUseVoice, newestConsent } from '../../lambdas/callers/consent';

const modes = ['off', 'warn', 'on'] as const;
const terms = (mode: (typeof modes)[number], textVersion?: string) => ({ mode, textVersion });
const reported = { given_at: 1, text_version: 'v1', source: 'ivr' };
const given = (signed_at: number, text_version = 'v1') => ({ state: 'given' as const, text_version, signed_at });
const withdrawn = (signed_at: number) => ({ state: 'withdrawn' as const, signed_at });

describe('the consent of a caller', () => {
  it.each([
    ['nothing known and nothing reported', undefined, undefined, undefined, 'missing'],
    ['a report', undefined, reported, undefined, 'given'],
    ['a report of the demanded text', undefined, reported, 'v1', 'given'],
    ['a report of another text', undefined, reported, 'v2', 'other_version'],
    ['a known consent', given(5), undefined, 'v1', 'given'],
    ['a known consent to another text', given(5, 'v0'), undefined, 'v1', 'other_version'],
    ['a newer report than the known consent', given(5, 'v0'), reported, 'v1', 'given'],
    ['an older report than the known consent', given(15, 'v0'), reported, 'v1', 'other_version'],
    ['a withdrawal', withdrawn(5), undefined, undefined, 'withdrawn'],
    ['a report after the withdrawal', withdrawn(5), reported, undefined, 'given'],
    ['a report before the withdrawal', withdrawn(15), reported, undefined, 'withdrawn'],
    ['a report in the second of the withdrawal', withdrawn(10), reported, undefined, 'withdrawn'],
  ] as const)(
    'given %s, when judged, then the newer one by signing time counts',
    (_given, known, claim, version, verdict) => {
      expect(judgeConsent(known, claim, 10, terms('on', version))).toBe(verdict);
    },
  );

  it('given consents under several hash keys, then the newest counts, and of one second the withdrawal', () => {
    expect(newestConsent([undefined, given(5), withdrawn(7), given(6)])).toEqual(withdrawn(7));
    expect(newestConsent([given(7), withdrawn(7), undefined])).toEqual(withdrawn(7));
    expect(newestConsent([withdrawn(7), given(8)])).toEqual(given(8));
    expect(newestConsent([undefined])).toBeUndefined();
  });

  it('given each verdict and mode, when asked, then a withdrawal is always refused, and the rest only where it is demanded', () => {
    const verdicts = ['given', 'missing', 'other_version', 'withdrawn'] as const;
    const refused = modes.map((mode) => verdicts.filter((verdict) => isRefused(verdict, terms(mode))));

    expect(refused).toEqual([['withdrawn'], ['withdrawn'], ['missing', 'other_version', 'withdrawn']]);
    expect(mayUseVoice({})).toBe(true);
    expect(mayUseVoice({ consent: withdrawn(1) })).toBe(false);
    expect(mayUseVoice({}, terms('on'))).toBe(false);
    expect(mayUseVoice({ consent: given(1) }, terms('on', 'v1'))).toBe(true);
  });
});
