import {
  type AgentVoices,
  baselineAfterLook,
  desiredPair,
  expiredAttempts,
  isIdle,
  unknownAgent,
  withActivation,
} from '../../lambdas/domain/agent-voice';

const nowMs = 1_000_000;
const activation = (n: number) => ({ conversation_id: `conv_${n}`, voice_id: `voice_${n}`, first_message: `Hi ${n}` });
const agent = (fields: Partial<AgentVoices>): AgentVoices => ({ ...unknownAgent, ...fields });

describe('isIdle', () => {
  it.each<[string, Partial<AgentVoices>, boolean]>([
    ['an unknown agent', {}, true],
    ['a live activation', { activations: [activation(1)] }, false],
    ['a PATCH that may still land', { pendings: { a: { voice_id: 'v', until: nowMs + 1 } } }, false],
    ['a PATCH that can no longer land', { pendings: { a: { voice_id: 'v', until: nowMs } } }, true],
  ])('given %s, when asked, then it is told', (_given, fields, idle) => {
    expect(isIdle(agent(fields), nowMs)).toBe(idle);
  });
});

describe('activations', () => {
  it('given several, when asked for what the agent should have, then it is the newest', () => {
    expect(desiredPair(agent({ activations: [activation(1), activation(2)] }))).toEqual(activation(2));
    expect(desiredPair(unknownAgent)).toBeUndefined();
  });

  it('given an earlier one of the same conversation, when activated again, then it is there once, as the newest', () => {
    const again = { ...activation(1), voice_id: 'voice_9' };

    expect(withActivation([activation(1), activation(2)], again)).toEqual([activation(2), again]);
  });
});

describe('expiredAttempts', () => {
  it('given pendings of both kinds, when asked, then only those that can no longer land are named', () => {
    const pendings = { old: { voice_id: 'v', until: nowMs }, live: { voice_id: 'v', until: nowMs + 1 } };

    expect(expiredAttempts({ pendings }, nowMs)).toEqual(['old']);
  });
});

describe('baselineAfterLook', () => {
  const known = { voice_id: 'own', first_message: 'Hello' };
  const found = { voice_id: 'new', first_message: 'Changed by a person' };

  it('given a foreign voice, when looked at, then what was found is the baseline', () => {
    expect(baselineAfterLook(known, found, false)).toEqual(found);
  });

  it('given a voice of ours, when looked at, then it never becomes the baseline', () => {
    expect(baselineAfterLook(known, found, true)).toEqual(known);
    expect(baselineAfterLook(undefined, found, true)).toBeUndefined();
  });
});
