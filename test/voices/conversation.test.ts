import { type Conversation, judgeClaim, type PreCallAnswer } from '../../lambdas/voices/conversation';

const nowMs = 1_767_225_600_000;
const answer: PreCallAnswer = {
  status: 'success',
  conversation_id: 'conv_1',
  voice_id: 'voice_1',
  voice_name: 'Ivan_Clone',
  agent_updated: true,
  caller_info: {},
  processing_time_ms: 1,
  type: 'conversation_initiation_client_data',
  dynamic_variables: { precall_conversation_id: 'conv_1' },
  conversation_config_override: { tts: { voice_id: 'voice_1' }, agent: { first_message: 'Hi' } },
};
const seen = (fields: Partial<Conversation>): Conversation => ({
  conversation_id: 'conv_1',
  attempt: 'first',
  voice_name: 'Ivan_Clone',
  samples: [],
  expires_at: nowMs / 1000 + 60,
  ...fields,
});
const takeOver = { may: 'take-over', from: 'first', voiceName: undefined, voiceId: undefined, search: false };

describe('judgeClaim', () => {
  it.each<[string, Partial<Conversation>, object]>([
    ['a completed one', { state: 'ready', answer }, { may: 'answer-again', answer }],
    [
      'a completed one whose voice has expired',
      { state: 'ready', answer, voice_expires_at: nowMs / 1000 },
      { may: 'refuse-ended' },
    ],
    ['one under work', { state: 'cloning', lease_until: nowMs + 57_000 }, { may: 'wait', waitS: 5 }],
    ['one whose lease ends soon', { state: 'cloned', lease_until: nowMs + 1 }, { may: 'wait', waitS: 1 }],
    ['an ended one', { state: 'ready', answer, ended_at: nowMs - 1 }, { may: 'refuse-ended' }],
    ['one that is known by its end alone', { attempt: undefined, ended_at: nowMs }, { may: 'refuse-ended' }],
    ['one that failed before a clone', { state: 'failed', lease_until: 0 }, takeOver],
    [
      'an interrupted clone whose lease ran out',
      { state: 'cloning', lease_until: nowMs },
      { ...takeOver, voiceName: 'Ivan_Clone', search: true },
    ],
    [
      'a clone that never got to the agent',
      { state: 'cloned', lease_until: 0, voice_id: 'voice_1' },
      { ...takeOver, voiceName: 'Ivan_Clone', voiceId: 'voice_1' },
    ],
    ['an expired one that DynamoDB still has', { state: 'ready', answer, expires_at: nowMs / 1000 }, takeOver],
    ['an expired one that had ended', { state: 'ready', answer, ended_at: 1, expires_at: 1 }, takeOver],
  ])('given %s, when judged, then the verdict fits', (_given, fields, verdict) => {
    expect(judgeClaim(seen(fields), nowMs)).toEqual(verdict);
  });
});
