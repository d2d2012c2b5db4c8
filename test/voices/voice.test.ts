import { applied, isPossible } from '../../lambdas/platform/transition';
import { addUser, markDeleted, type NewVoice, prolong, record, voiceItem } from '../../lambdas/voices/voice';

const nowS = 1_767_225_600;
const made: NewVoice = {
  voiceId: 'voice_1',
  conversationId: 'conv_1',
  agentId: 'agent_1',
  expiresAtS: nowS + 60,
  sampleDigest: 'digest',
  callerHash: 'hash',
  signedAtS: nowS,
  sampleKeys: ['samples/conv_1/x.wav'],
  retainS: 3600,
};
const live = applied(record(made), undefined);

describe('the voice', () => {
  it('given its expiry, then another conversation may use it before, and no longer at that second', () => {
    const use = { voiceId: 'voice_1', conversationId: 'conv_2', agentId: 'agent_2', expiresAtS: nowS + 3600 };

    expect(isPossible(addUser(use, nowS + 59), live)).toBe(true);
    expect(isPossible(addUser(use, nowS + 60), live)).toBe(false);
  });

  it('given it is deleted, then nothing of its caller is left in the item', () => {
    const deleted = applied(markDeleted(nowS + 60), { ...live, state: 'deleting', users: {} });

    expect(voiceItem.parse(deleted)).toMatchObject({
      state: 'deleted',
      voice_id: 'voice_1',
      agents: { agent_1: true },
    });
    for (const field of ['caller_hash', 'sample_digest', 'samples']) expect(deleted).not.toHaveProperty(field);
  });

  it('given its call goes on, then it is live again, and a voice that is being deleted stays so', () => {
    expect(applied(prolong(nowS + 3600), { ...live, state: 'expiring' })).toMatchObject({ state: 'live' });
    expect(isPossible(prolong(nowS + 3600), { ...live, state: 'deleting' })).toBe(false);
  });
});
