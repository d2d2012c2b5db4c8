import * as z from 'zod';
import { namedSampleFields } from '../../lambdas/samples/named-samples';
import { readUploadId, uploadRequest } from '../../lambdas/samples/upload';

const body = z.object(namedSampleFields);
const digest = 'ab'.repeat(32);

describe('a sample in a body', () => {
  it.each([
    ['upper case', { format: 'BASE64', data: 'abcd' }],
    ['spaces', { format: ' Base64 ', data: 'abcd' }],
    ['claims of another type', { format: 'base64', data: 'abcd', duration_seconds: '5.2', sample_rate: '44.1 kHz' }],
    ['unknown fields', { format: 'base64', data: 'abcd', codec: 'opus' }],
  ])('given %s, when read, then it is the sample', (_given, voice_sample) => {
    expect(body.parse({ voice_sample }).voice_sample).toMatchObject({ format: 'base64', data: 'abcd' });
  });

  it('given the format of the audio, when read, then the sentence says what is meant', () => {
    const { error } = body.safeParse({ voice_sample: { format: 'wav', data: 'abcd' } });

    expect(error?.issues[0]?.message).toBe('expected base64 or upload; the audio tells its own format');
  });
});

describe('an upload request', () => {
  const request = { type: 'upload_request', conversation_id: 'conv_1', sha256: digest, size_bytes: 1 };

  it.each([
    ['codecs', 'audio/ogg; codecs=opus', 'audio/ogg'],
    ['upper case', 'Audio/WAV', 'audio/wav'],
    ['the type of Opus', 'audio/opus;codecs="opus,x"', 'audio/opus'],
  ])('given a content type with %s, when read, then it is the plain type', (_given, content_type, plain) => {
    expect(uploadRequest.parse({ ...request, content_type }).content_type).toBe(plain);
  });

  it('given a digest in upper case, when read, then it is the same one', () => {
    const sha256 = digest.toUpperCase();

    expect(uploadRequest.parse({ ...request, sha256, content_type: 'audio/wav' }).sha256).toBe(digest);
    expect(readUploadId(`conv_1.${sha256}`)).toEqual({ conversationId: 'conv_1', sha256: digest });
  });

  it('given another content type, when read, then the sentence lists the accepted ones', () => {
    const { error } = uploadRequest.safeParse({ ...request, content_type: 'audio/flac' });

    expect(error?.issues[0]?.message).toMatch(/^expected one of audio\/wav, /);
  });
});
