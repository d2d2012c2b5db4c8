import { isMarkedByAny, markedConversation, voiceDescription, voiceName } from '../../lambdas/voices/voice-identity';

const at = new Date('2025-12-10T12:34:56.789Z');

describe('voiceName', () => {
  it('given a name, when made, then it has the UTC time and a suffix of the conversation', () => {
    // printf conv_abc123xyz | sha256sum
    expect(voiceName('Ivan', 'conv_abc123xyz', at)).toBe('Ivan_Clone_20251210_123456_ab0b2db2');
  });

  it('given no name, when made, then it is a caller', () => {
    expect(voiceName(undefined, 'conv_abc123xyz', at)).toMatch(/^Caller_Clone_20251210_123456_[0-9a-f]{8}$/);
  });

  it('given two conversations in one second, when made, then the names differ', () => {
    expect(voiceName('Ivan', 'conv_1', at)).not.toBe(voiceName('Ivan', 'conv_2', at));
  });
});

describe('voiceDescription', () => {
  it('given a conversation, when described, then it carries the mark of the installation', () => {
    expect(voiceDescription('conv_1', '0011223344556677')).toBe(
      'Instant clone for conversation conv_1 [precall/0011223344556677]',
    );
  });

  it('given a description of another installation, then it is marked, but not as a voice of this one', () => {
    const others = voiceDescription('conv_1', 'ffeeddccbbaa9988');

    expect(isMarkedByAny(others)).toBe(true);
    expect(markedConversation(others, '0011223344556677')).toBeUndefined();
    expect(markedConversation(others, 'ffeeddccbbaa9988')).toBe('conv_1');
    expect(isMarkedByAny(`A copy: ${others}`)).toBe(false);
  });
});
