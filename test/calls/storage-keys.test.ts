import { createHash } from 'node:crypto';
import { rawBodyKey, recordingKey, transcriptKey } from '../../lambdas/calls/storage-keys';
import { eventIn, flatCallIn } from './payloads';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const sha256 = sha256Hex('{}');
const call = { conversationId: 'conv_1' };
const event = eventIn({ type: 'post_call_audio', data: { conversation_id: 'conv_1', agent_id: 'agent_1' } });
const slugOf = (type: string): string | undefined => rawBodyKey({ ...event, type }, sha256).split('/')[3];

describe('the keys of post-call objects', () => {
  it('given a conversation, when kept, then its id is in every key', () => {
    expect(rawBodyKey(event, sha256)).toBe(`postcall/raw/conv_1/post_call_audio/${sha256}.json`);
    expect(transcriptKey(call, sha256, 'json')).toBe(`transcripts/conv_1/${sha256.slice(0, 16)}.json`);
    expect(transcriptKey(call, sha256, 'txt')).toBe(`transcripts/conv_1/${sha256.slice(0, 16)}.txt`);
    expect(recordingKey('conv_1')).toBe('recordings/conv_1.mp3');
  });

  it('given a foreign id, when kept, then only its digest is, even where it looks like one of ElevenLabs', () => {
    const digest = sha256Hex('conv_1');

    expect(rawBodyKey(flatCallIn({ call_id: 'conv_1' }), sha256)).toBe(`postcall/raw/${digest}/flat/${sha256}.json`);
    expect(transcriptKey({ foreignId: 'conv_1' }, sha256, 'json')).toContain(`transcripts/${digest}/`);
  });

  it('given an event that names no conversation, when kept, then its body tells it from others', () => {
    expect(rawBodyKey(eventIn({ type: 'voice_removed' }), sha256)).toBe(
      `postcall/raw/none/voice_removed/${sha256}.json`,
    );
  });

  it.each([['../../secrets'], ['a/b'], [''], ['__proto__']])(
    'given %j for a conversation id, when kept, then only its digest is',
    (id) => {
      expect(recordingKey(id)).toBe(`recordings/${sha256Hex(id)}.mp3`);
      expect(transcriptKey({ conversationId: id }, sha256, 'txt')).toContain(`transcripts/${sha256Hex(id)}/`);
    },
  );

  it.each([
    ['answering_machine_detection', /^answering_machine_detection$/],
    ['../../etc/passwd', /^type-[0-9a-f]{16}$/],
    ['Voice Removed!', /^type-[0-9a-f]{16}$/],
    ['東京', /^type-[0-9a-f]{16}$/],
    ['x'.repeat(65), /^type-[0-9a-f]{16}$/],
    ['.', /^type-[0-9a-f]{16}$/],
    ['call_from_31612345678', /^type-[0-9a-f]{16}$/],
  ])('given the type %s, when kept, then its slug is safe', (type, slug) => {
    expect(slugOf(type)).toMatch(slug);
  });

  it('given types that differ in what a key cannot hold, when kept, then their slugs differ', () => {
    expect(slugOf('a/b')).not.toBe(slugOf('a.b'));
    expect(slugOf('Flat')).not.toBe(slugOf('flat'));
  });
});
