import { type Caller, caller } from '../../lambdas/callers/caller';
import {
  decideInitiation,
  type InitiationView,
  plainAnswer,
  readInitiation,
} from '../../lambdas/initiation/initiation';
import { samplesDigest } from '../../lambdas/samples/samples-digest';
import type { AgentSetup } from '../../lambdas/setup/agent-setup';

const nowS = 1_767_225_600;
const terms = {
  firstMessage: 'Hallo {name}, fijn dat je belt!',
  dynamicVariables: { company: 'Acme', greeting: 'Dag {name}!', visits: 3, vip: true },
  longestCallS: 3600,
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
  checked_at: nowS,
});
const view = (fields: Partial<InitiationView> = {}): InitiationView => ({
  callers: [{ hash, caller: withVoice() }],
  agentId: 'agent_1',
  setup: setupWith(true, true),
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
    expect(decide({ callers })).toEqual({ outcome: 'unknown_caller', answer: plain, jobs: [] });
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

describe('readInitiation', () => {
  it('given a request with fields that nobody knows, when read, then what is used is taken', () => {
    const request = {
      caller_id: '+31612345678',
      called_number: '+31850000000',
      agent_id: 'agent_1',
      call_sid: '',
      conversation_id: 'conv_1',
      sip_headers: { 'X-Foo': null },
    };

    expect(readInitiation(request)).toEqual({ callerId: '+31612345678', agentId: 'agent_1', conversationId: 'conv_1' });
  });

  it('given a number that JSON holds as one, when read, then it is the caller', () => {
    expect(readInitiation({ caller_id: 31612345678 }).callerId).toBe('31612345678');
  });

  it.each([
    ['null', null],
    ['a text', 'x'],
    ['a list', [{ agent_id: 'agent_1' }]],
    ['nulls', { caller_id: null, agent_id: null, conversation_id: null }],
    ['other types', { caller_id: [31612345678], agent_id: {}, conversation_id: [] }],
    ['paths for ids', { agent_id: '../x', conversation_id: 'a/b' }],
    ["an object's own parts for ids", { agent_id: '__proto__', conversation_id: 'constructor' }],
  ])('given %s, when read, then nothing is taken of it', (_given, json) => {
    expect(readInitiation(json)).toEqual({ callerId: undefined, agentId: undefined, conversationId: undefined });
  });
});
