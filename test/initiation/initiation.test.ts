import { type Caller, caller } from '../../lambdas/callers/caller';
import { decideInitiation, type InitiationView, plainAnswer } from '../../lambdas/initiation/initiation';
import { samplesDigest } from '../../lambdas/samples/samples-digest';
import type { AgentSetup } from '../../lambdas/setup/agent-setup';
import { type Agent, unknownAgent } from '../../lambdas/voices/agent';

const nowS = 1_767_225_600;
const terms = {
  firstMessage: 'Hallo {name}, fijn dat je belt!',
  dynamicVariables: { company: 'Acme', greeting: 'Dag {name}!', visits: 3, vip: true },
  longestCallS: 3600,
  validS: 900,
  servesCached: true,
};
const [hash, olderHash] = ['a'.repeat(64), 'b'.repeat(64)];
const sample = { key: 'callers/x/y.wav', sha256: 'c'.repeat(64), format: 'wav' as const };
const callerWith = (fields: object): Caller => caller.parse({ expires_at: nowS + 86_400, ...fields });
const withVoice = (validForS = 86_400): Caller =>
  callerWith({
    name: 'Ivan',
    enrolled: [sample],
    reusable: { voice_id: 'voice1', sample_digest: samplesDigest([sample]), valid_until: nowS + validForS },
  });
const setupWith = (voice: boolean, first_message: boolean): AgentSetup => ({
  overrides: { voice, first_message, max_duration: true },
  numbers: [],
  checked_at: nowS,
});
const view = (fields: Partial<InitiationView> = {}): InitiationView => ({
  callers: [{ hash, caller: withVoice() }],
  agentId: 'agent_1',
  setup: setupWith(true, true),
  agent: undefined,
  prepared: undefined,
  ...fields,
});
const decide = (fields: Partial<InitiationView> = {}) => decideInitiation(view(fields), terms, nowS);
const plain = plainAnswer(terms.dynamicVariables, undefined);
const cloneJob = { kind: 'caller_clone', caller_hash: hash };
const checkJob = { kind: 'agent_check', agent_id: 'agent_1' };

describe('a call of a caller with a voice', () => {
  it('given a set-up that lets all through, when decided, then voice and greeting are overridden, and the variables name the caller', () => {
    expect(decide()).toEqual({
      outcome: 'voice',
      answer: {
        type: 'conversation_initiation_client_data',
        dynamic_variables: { company: 'Acme', greeting: 'Dag Ivan!', visits: 3, vip: true },
        conversation_config_override: {
          tts: { voice_id: 'voice1' },
          agent: { first_message: 'Hallo Ivan, fijn dat je belt!' },
        },
      },
      overlaps: false,
      jobs: [],
    });
  });

  it.each([
    ['the voice alone', setupWith(true, false), 'voice', { tts: { voice_id: 'voice1' } }],
    [
      'the greeting alone',
      setupWith(false, true),
      'greeting_only',
      { agent: { first_message: 'Hallo Ivan, fijn dat je belt!' } },
    ],
    ['neither', setupWith(false, false), 'not_enabled', undefined],
  ])('given a set-up that enables %s, when decided, then nothing else is overridden', (...row) => {
    const [, setup, outcome, override] = row;

    const decision = decide({ setup });

    expect(decision).toMatchObject({ outcome, jobs: [] });
    expect(decision.answer.conversation_config_override).toEqual(override);
    expect('conversation_config_override' in decision.answer).toBe(override !== undefined);
  });

  it('given an agent that was never checked, when decided, then nothing is overridden, and a check is asked for', () => {
    expect(decide({ setup: undefined })).toEqual({
      outcome: 'not_enabled',
      answer: plainAnswer(terms.dynamicVariables, 'Ivan'),
      overlaps: false,
      jobs: [checkJob],
    });
  });

  it('given a voice that lives exactly as long as the longest call, when decided, then it is used', () => {
    expect(decide({ callers: [{ hash, caller: withVoice(3600) }] })).toMatchObject({ outcome: 'voice' });
  });

  it.each([
    ['is gone a second too soon', withVoice(3599)],
    ['is of other samples', { ...withVoice(), enrolled: [{ ...sample, sha256: 'd'.repeat(64) }] }],
    ['was never made', callerWith({ name: 'Ivan', recent: [sample] })],
  ])(
    'given a voice that %s, when decided, then it is not used, and one for the next call is asked for',
    (_given, it_) => {
      expect(decide({ callers: [{ hash, caller: it_ }] })).toEqual({
        outcome: 'no_voice',
        answer: plainAnswer(terms.dynamicVariables, 'Ivan'),
        overlaps: false,
        jobs: [cloneJob],
      });
    },
  );
});

describe('a call of a caller without a voice', () => {
  it('given no samples, when decided, then there is nothing to clone', () => {
    expect(decide({ callers: [{ hash, caller: callerWith({ name: 'Ivan' }) }] })).toMatchObject({
      outcome: 'no_voice',
      jobs: [],
    });
  });

  it('given an agent that lets no voice through, when decided, then none is made', () => {
    const callers = [{ hash, caller: callerWith({ enrolled: [sample] }) }];

    expect(decide({ callers, setup: setupWith(false, true) })).toMatchObject({ outcome: 'no_voice', jobs: [] });
  });

  it('given an agent that was never checked, when decided, then voice and check are asked for, once each', () => {
    const callers = [{ hash, caller: callerWith({ enrolled: [sample] }) }];

    expect(decide({ callers, setup: undefined }).jobs).toEqual([cloneJob, checkJob]);
  });
});

describe('a call of somebody who is not known', () => {
  const erased = callerWith({ erased_at: nowS - 60 });

  it.each([
    ['nobody', []],
    ['an erased caller', [{ hash, caller: erased }]],
    [
      'an erased caller with something left under an older key',
      [
        { hash, caller: erased },
        { hash: olderHash, caller: withVoice() },
      ],
    ],
    ['an item with calls alone', [{ hash, caller: callerWith({}) }]],
  ])('given %s, when decided, then the call goes on as the agent is', (_given, callers) => {
    expect(decide({ callers })).toEqual({ outcome: 'unknown_caller', answer: plain, overlaps: false, jobs: [] });
  });

  it('given an agent that was never checked, when decided, then its check is asked for all the same', () => {
    expect(decide({ callers: [], setup: undefined }).jobs).toEqual([checkJob]);
  });

  it('given no agent either, when decided, then nothing is asked for', () => {
    expect(decide({ callers: [], agentId: undefined, setup: undefined }).jobs).toEqual([]);
  });
});

describe('a caller who is known under several keys', () => {
  it('given one who was erased and enrolled again, when decided, then the new voice is used', () => {
    const callers = [{ hash, caller: { ...withVoice(), erased_at: nowS - 60 } }];

    expect(decide({ callers })).toMatchObject({ outcome: 'voice' });
  });

  it('given nothing but calls under the new key, when decided, then the older one counts, and its hash is queued', () => {
    const callers = [
      { hash, caller: callerWith({}) },
      { hash: olderHash, caller: withVoice(0) },
    ];

    expect(decide({ callers })).toMatchObject({ outcome: 'no_voice', jobs: [{ caller_hash: olderHash }] });
  });
});

describe('dynamic variables', () => {
  it.each([
    ['braces and a line break', 'I{v}an\n{{system__time}}', 'Dag Ivan system__time!'],
    ['what looks like a replacement pattern', "$& $' $1", "Dag $& $' $1!"],
    ['nothing that is left', '{}', 'Dag !'],
  ])('given a name of %s, when decided, then it stands clean in them', (_given, name, expected) => {
    const { answer } = decide({ callers: [{ hash, caller: callerWith({ name, recent: [sample] }) }] });

    expect(answer.dynamic_variables).toMatchObject({ greeting: expected });
  });
});

describe('a call on an agent that has the voice of another caller', () => {
  const activation = { conversation_id: 'conv_other', voice_id: 'voice9', first_message: 'Hallo Anna!' };
  const baseline = { voice_id: 'ownVoice', first_message: 'Hello' };
  const patched: Agent = { ...unknownAgent, version: 3, baseline, activation: { ...activation, is_recognised: true } };
  const stranger = (agent: Agent, setup = setupWith(true, true)) => decide({ callers: [], agent, setup });

  it('given a stranger, when decided, then they hear the agent’s own voice and greeting', () => {
    expect(stranger(patched)).toMatchObject({
      outcome: 'own_voice',
      overlaps: false,
      answer: { conversation_config_override: { tts: { voice_id: 'ownVoice' }, agent: { first_message: 'Hello' } } },
    });
  });

  it('given a caller with a cached voice, when decided, then they hear that', () => {
    expect(decide({ agent: patched })).toMatchObject({ outcome: 'voice', overlaps: false });
  });

  it('given an agent that waits for its caller, when decided, then the empty greeting is left out', () => {
    const { answer } = stranger({ ...patched, baseline: { voice_id: 'ownVoice', first_message: '' } });

    expect(answer.conversation_config_override).toEqual({ tts: { voice_id: 'ownVoice' } });
  });

  it('given an agent that allows no override, when decided, then the overlap is told', () => {
    expect(stranger(patched, setupWith(false, false))).toMatchObject({ outcome: 'unknown_caller', overlaps: true });
  });

  it('given a PATCH that may still land, when decided, then a stranger hears the agent’s own voice', () => {
    const restoring = { ...patched, activation: undefined };
    const pendings = { a: { voice_id: 'ownVoice', until: nowS * 1000 } };

    expect(stranger({ ...restoring, pendings })).toMatchObject({ outcome: 'own_voice' });
    expect(stranger(restoring)).toMatchObject({ outcome: 'unknown_caller', overlaps: false });
  });

  it('given a pre-call whose caller nobody recognises, when decided, then its PATCH stays for all', () => {
    expect(stranger({ ...patched, activation })).toMatchObject({ outcome: 'unknown_caller', overlaps: false });
  });
});

describe('a call that has taken its pre-call', () => {
  const prepared = {
    conversationId: 'conv_7',
    voiceId: 'voice7',
    firstMessage: 'Hallo Ada!',
    name: 'Ada',
    callerHash: hash,
  };

  it('given an agent that allows both, when decided, then it gets voice, greeting, its ids and the variables', () => {
    expect(decide({ prepared })).toEqual({
      outcome: 'prepared',
      answer: {
        type: 'conversation_initiation_client_data',
        dynamic_variables: {
          company: 'Acme',
          greeting: 'Dag Ada!',
          visits: 3,
          vip: true,
          precall_conversation_id: 'conv_7',
        },
        conversation_config_override: { tts: { voice_id: 'voice7' }, agent: { first_message: 'Hallo Ada!' } },
        user_id: hash,
      },
      overlaps: false,
      jobs: [],
    });
  });

  it.each([
    ['its own PATCH', 'conv_7', false],
    ['the PATCH of another caller', 'conv_8', true],
  ])('given an agent that allows nothing, with %s, when decided, then only that is heard', (_given, id, overlaps) => {
    const activation = { conversation_id: id, voice_id: 'voice7', first_message: 'Hi', is_recognised: true };
    const agent = { ...unknownAgent, version: 1, activation };

    expect(decide({ prepared, agent, setup: setupWith(false, false) })).toMatchObject({
      outcome: 'patched',
      overlaps,
      answer: { dynamic_variables: { precall_conversation_id: 'conv_7' } },
    });
  });
});
