import {
  type AgentVoices,
  baselineAfterLook,
  desiredPair,
  expiredAttempts,
  hasPair,
  isIdle,
  isKnownVoice,
  unknownAgent,
  withGreeting,
} from '../../lambdas/voices/agent';

const nowMs = 1_000_000;
const activation = { conversation_id: 'conv_1', voice_id: 'voice_1', first_message: 'Hi 1' };
const agent = (fields: Partial<AgentVoices>): AgentVoices => ({ ...unknownAgent, ...fields });
const greetingsOf = (...texts: string[]): string[] =>
  texts.reduce<string[]>((greetings, text) => withGreeting({ greetings }, undefined, text), []);

describe('isIdle', () => {
  it.each<[string, Partial<AgentVoices>, boolean]>([
    ['an unknown agent', {}, true],
    ['a live activation', { activation }, false],
    ['a PATCH that may still land', { pendings: { a: { voice_id: 'v', until: nowMs + 1 } } }, false],
    ['a PATCH that can no longer land', { pendings: { a: { voice_id: 'v', until: nowMs } } }, true],
  ])('given %s, when asked, then it is told', (_given, fields, idle) => {
    expect(isIdle(agent(fields), nowMs)).toBe(idle);
  });
});

describe('desiredPair', () => {
  it('given an activation, then it is its pair; without one the baseline; of an unknown agent nothing is known', () => {
    const baseline = { voice_id: 'own', first_message: 'Hello' };

    expect(desiredPair(agent({ baseline, activation }))).toEqual({ voice_id: 'voice_1', first_message: 'Hi 1' });
    expect(desiredPair(agent({ baseline }))).toEqual(baseline);
    expect(desiredPair(unknownAgent)).toEqual({});
  });
});

describe('hasPair', () => {
  const found = { voice_id: 'own', first_message: 'Hello' };

  it.each([
    [{ voice_id: 'own', first_message: 'Hello' }, true],
    [{ voice_id: 'own' }, true],
    [{}, true],
    [{ voice_id: 'other' }, false],
    [{ voice_id: 'own', first_message: 'Hi' }, false],
  ])('given %j is wanted, then it is compared field by field', (wanted, has) => {
    expect(hasPair(found, wanted)).toBe(has);
  });
});

describe('expiredAttempts', () => {
  it('given pendings of both kinds, when asked, then only those that can no longer land are named', () => {
    const pendings = { old: { voice_id: 'v', until: nowMs }, live: { voice_id: 'v', until: nowMs + 1 } };

    expect(expiredAttempts({ pendings }, nowMs)).toEqual(['old']);
  });
});

describe('isKnownVoice', () => {
  it('given an activation and pending PATCHes, then their voices are known, and no other', () => {
    const seen = agent({ activation, pendings: { a: { voice_id: 'voice_2', until: 0 }, b: { until: 0 } } });

    expect(['voice_1', 'voice_2', 'voice_3'].map((id) => isKnownVoice(seen, id))).toEqual([true, true, false]);
  });
});

describe('withGreeting', () => {
  it('given the same greeting twice, then it is there once, as the newest, and never in clear', () => {
    const greetings = greetingsOf('Hallo Ivan', 'Hallo Eva', 'Hallo Ivan');

    expect(greetings).toHaveLength(2);
    expect(greetings[1]).toBe(greetingsOf('Hallo Ivan')[0]);
    expect(greetings.join()).not.toMatch(/Ivan|Eva/);
  });

  it('given many, then the newest 50 are kept', () => {
    const greetings = greetingsOf(...Array.from({ length: 60 }, (_, n) => `Hallo ${n}`));

    expect(greetings).toHaveLength(50);
    expect(greetings.at(-1)).toBe(greetingsOf('Hallo 59')[0]);
  });
});

describe('baselineAfterLook', () => {
  const baseline = { voice_id: 'own', first_message: 'Hello' };
  const known = agent({ baseline, greetings: greetingsOf('Hallo Ivan') });

  it.each([
    [
      'all foreign',
      { voice_id: 'new', first_message: 'Changed' },
      false,
      { voice_id: 'new', first_message: 'Changed' },
    ],
    [
      'a voice of ours',
      { voice_id: 'clone', first_message: 'Changed' },
      true,
      { voice_id: 'own', first_message: 'Changed' },
    ],
    [
      'a greeting of ours',
      { voice_id: 'new', first_message: 'Hallo Ivan' },
      false,
      { voice_id: 'new', first_message: 'Hello' },
    ],
    ['both of ours', { voice_id: 'clone', first_message: 'Hallo Ivan' }, true, baseline],
    ['no voice', { first_message: 'Changed' }, false, { voice_id: 'own', first_message: 'Changed' }],
  ])(
    'given %s, when looked at, then what is not ours is the baseline, field by field',
    (_given, found, isOurs, after) => {
      expect(baselineAfterLook(known, found, isOurs)).toEqual(after);
    },
  );

  it('given a voice of ours on an agent that nobody remembers, then neither it nor the greeting beside it is a baseline', () => {
    expect(baselineAfterLook(unknownAgent, { voice_id: 'clone', first_message: 'Hallo Jan' }, true)).toEqual({});
  });
});
