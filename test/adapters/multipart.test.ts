import { readMultipart } from '../../lambdas/adapters/multipart';

const contentType = 'multipart/form-data; boundary=cut';
const limits = { maxParts: 3, maxPartBytes: 1000 };
const part = (name: string, value: string, more = '') =>
  `--cut\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const body = (...parts: string[]) => Buffer.from(`${parts.join('')}--cut--\r\n`, 'latin1');

describe('readMultipart', () => {
  it('given fields and files, when read, then each is there byte for byte, in order', async () => {
    const audio = '\x00\xff\r\n--cu\r\n\x80';

    const parts = await readMultipart(
      contentType,
      body(part('metadata', '{"a":1}'), part('voice_sample', audio, '; filename="a.wav"')),
      limits,
    );

    expect(parts).toEqual([
      { name: 'metadata', bytes: Buffer.from('{"a":1}') },
      { name: 'voice_sample', bytes: Buffer.from(audio, 'latin1') },
    ]);
  });

  it('given an empty part, when read, then it is there', async () => {
    expect(await readMultipart(contentType, body(part('voice_sample', '')), limits)).toEqual([
      { name: 'voice_sample', bytes: Buffer.alloc(0) },
    ]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', body(part('a', '1')), /names no boundary/],
    ['a body that is cut', contentType, body(part('a', '1')).subarray(0, 60), /cut|middle/],
    ['a part that is cut', contentType, Buffer.from(part('a', '1'.repeat(500))), /cut|middle/],
    ['too many parts', contentType, body(...['a', 'b', 'c', 'd'].map((name) => part(name, '1'))), /more than 3 parts/],
    ['a part that is too large', contentType, body(part('a', '1'.repeat(1001))), /larger than 1000 bytes/],
    ['an empty body', contentType, Buffer.alloc(0), /cut|malformed/],
    ['something else', contentType, Buffer.from('{"type":"pre_call"}'), /cut|malformed/],
  ])('given %s, when read, then it is refused', async (_given, type, bytes, sentence) => {
    await expect(readMultipart(type, bytes, limits)).rejects.toMatchObject({
      status: 400,
      code: 'INVALID_MULTIPART',
      message: expect.stringMatching(sentence),
    });
  });
});
